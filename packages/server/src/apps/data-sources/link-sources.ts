import type { DataSource } from '../../domain/data-source.ts'
import { complain, inside, type Place } from '../read/check.ts'
import { suggest } from '../read/nearest.ts'
import type { Reading } from '../read/reading.ts'
import type { ReadDataSources } from './read-data-sources.ts'

/** `dataSources` of `regent.json`. */
export type SourceLinks = {
  readonly place: Place
  /** By name of the data source: name of the secret that holds its address. */
  readonly secrets: Readonly<Record<string, string>>
}

/** Links the data sources that `regent.json` links; that wins over what the exported files say. */
export const linkSources = (
  { dataSources, linkPlaces }: ReadDataSources,
  { place, secrets }: SourceLinks,
  { needs }: Reading,
): DataSource[] => {
  const names = dataSources.map(({ name }) => name)
  for (const name of Object.keys(secrets)) {
    if (names.includes(name)) continue
    complain(inside(place, name), `is no data source of this app: ${suggest(name, names)}`)
  }
  return dataSources.map(source => {
    const { name } = source
    const own = Object.hasOwn(secrets, name) ? secrets[name] : undefined
    const link = own === undefined ? source.link : ({ kind: 'secret', name: own } as const)
    const at = own === undefined ? linkPlaces.get(name) : inside(place, name, 'uriSecret')
    if (link.kind === 'secret' && at) {
      needs.secrets.push({
        name: link.name,
        file: at.file,
        field: at.field ?? '',
        dataSource: name,
      })
    }
    return { ...source, link }
  })
}
