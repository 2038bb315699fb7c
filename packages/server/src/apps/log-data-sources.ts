import type { Deps } from '../deps.ts'
import type { DataSource } from '../domain/data-source.ts'
import { givenLink, linkVariable, unusedLinks } from '../domain/source-link.ts'

/** Says at the start where this server finds the data sources of its apps, and no address. */
export const logDataSources = async ({
  store,
  config,
  log,
}: Pick<Deps, 'store' | 'config' | 'log'>): Promise<void> => {
  const { dataSourceLinks: links } = config
  const place = ({ name, link }: DataSource): string => {
    const given = givenLink(links, name)
    if (given) return given.kind === 'own' ? 'own' : `linked by ${linkVariable(name)}`
    if (link.kind === 'secret') return `linked by the secret ${link.name}`
    return link.kind === 'own' ? 'own' : 'linked'
  }
  const apps = await store.apps.list()
  for (const { clientAppId, dataSources } of apps) {
    if (dataSources.length === 0) continue
    const places = dataSources.map(source => [source.name, place(source)])
    log.info('data sources', { app: clientAppId, dataSources: Object.fromEntries(places) })
  }
  const names = apps.flatMap(({ dataSources }) => dataSources.map(({ name }) => name))
  for (const variable of unusedLinks(links, names)) {
    log.warn('no app has this data source', { variable })
  }
}
