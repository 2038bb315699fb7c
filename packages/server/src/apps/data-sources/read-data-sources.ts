import type { CollectionRules, DataSource, RuleSet } from '../../domain/data-source.ts'
import { complain, inside, type Place } from '../read/check.ts'
import type { Reading } from '../read/reading.ts'
import { readCollectionFolders, readDefaultRule, readRuleFiles } from './collections.ts'
import {
  dataTypes,
  readService,
  readSourceConfig,
  type Service,
  type SourceConfig,
} from './source-config.ts'

export type ReadDataSources = {
  readonly dataSources: readonly DataSource[]
  /** Names of services that send requests. */
  readonly httpServices: readonly string[]
  /** Values of secrets that stood in the files themselves, by name. */
  readonly secrets: Readonly<Record<string, string>>
  /** Where each data source names the secret of its address. */
  readonly linkPlaces: ReadonlyMap<string, Place>
}

type Found = { readonly source: DataSource; readonly service: Service } & Pick<
  ReadDataSources,
  'secrets'
>

/** Reads `data_sources/*` and, in older exports, the data sources among `services/*`. */
export const readDataSources = async (reading: Reading): Promise<ReadDataSources> => {
  const services = await readServices(reading)
  const found = [...(await readCurrent(reading)), ...services.found]
  const files = new Map<string, string>()
  for (const { service } of found) {
    const first = files.get(service.name)
    if (first !== undefined) {
      complain(
        inside(service.place, 'name'),
        `is "${service.name}", as in ${first}: names are unique`,
      )
    }
    files.set(service.name, first ?? service.place.file)
  }
  const dataSources = found.map(({ source }) => source)
  refuseTooMuch(dataSources, reading)
  return {
    dataSources,
    httpServices: services.http,
    secrets: Object.assign({}, ...found.map(({ secrets }) => secrets)),
    linkPlaces: new Map(
      found.map(({ service: { name, place } }) => [name, inside(place, 'secret_config', 'uri')]),
    ),
  }
}

const readCurrent = async (reading: Reading): Promise<Found[]> => {
  const found: Found[] = []
  for (const name of await reading.files.list('data_sources')) {
    const folder = `data_sources/${name}`
    const service = await readService(reading, folder)
    if (!service) await refuseWithoutConfig(reading, folder)
    const config = service && readSourceConfig(service, reading)
    const defaultRule = await readDefaultRule(reading, folder)
    const rules = await readCollectionFolders(reading, folder, defaultRule)
    if (service && config) found.push(toFound(service, config, { rules, defaultRule }))
  }
  return found
}

const toFound = (
  service: Service,
  { secrets, ...config }: SourceConfig,
  { rules, defaultRule }: { rules: CollectionRules[]; defaultRule: RuleSet | undefined },
): Found => ({
  source: { ...config, rules, ...(defaultRule && { defaultRule }) },
  service,
  secrets,
})

/** Rules of a folder without its own file would be silently lost. */
const refuseWithoutConfig = async ({ files, report }: Reading, folder: string): Promise<void> => {
  const names = await files.list(folder)
  if (names.length > 0 && !names.includes('config.json')) {
    report({ file: `${folder}/config.json`, message: 'is missing: it names the data source' })
  }
}

type Services = { readonly found: readonly Found[]; readonly http: readonly string[] }

/** Third-party services and, in older exports, data sources. */
const readServices = async (reading: Reading): Promise<Services> => {
  const { files, notes } = reading
  const found: Found[] = []
  const http: string[] = []
  const others: string[] = []
  for (const name of await files.list('services')) {
    const folder = `services/${name}`
    const service = await readService(reading, folder)
    if (!service) continue
    const { type } = service
    if (!dataTypes.includes(type)) {
      if (type === 'http') http.push(service.name)
      else others.push(`${service.name}: ${type}`)
      continue
    }
    const config = readSourceConfig(service, reading)
    const defaultRule = await readDefaultRule(reading, folder)
    const rules = await readRuleFiles(reading, folder)
    found.push(toFound(service, config, { rules, defaultRule }))
  }
  if (others.length > 0) notes.later.push(`services/ (${others.join(', ')})`)
  return { found, http }
}

/** An app is one document of at most 16 MiB, and functions may take ten of it. */
const mostBytes = 3_145_728

const refuseTooMuch = (dataSources: readonly DataSource[], { report }: Reading): void => {
  const bytes = Buffer.byteLength(JSON.stringify(dataSources))
  if (bytes > mostBytes) {
    const message = `hold ${bytes} bytes of rules and schemas; all of them together may be ${mostBytes}`
    report({ file: 'data_sources', message })
  }
}
