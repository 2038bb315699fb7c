import type { Documents } from '../../documents/documents.ts'
import { openMongoDb } from '../../documents/mongodb/index.ts'
import type { DataSource } from '../../domain/data-source.ts'
import { shownAddress } from '../../domain/mongodb-address.ts'
import { type GivenLinks, givenLink } from '../../domain/source-link.ts'
import type { AppDirectory } from '../directory.ts'
import { type ClusterReport, checkCluster } from './check-cluster.ts'

export type SourceReport = {
  readonly name: string
  /** Without user, password and options; `undefined` for a data source that the server would keep itself. */
  readonly address: string | undefined
  /** What was found there; for an address that cannot be used, why. */
  readonly found?: ClusterReport
  readonly trouble?: string
}

export type MigrationReport = {
  readonly sources: readonly SourceReport[]
  /** Names of secrets that have no value yet. */
  readonly missingSecrets: readonly string[]
}

export type MigrationOptions = {
  readonly links: GivenLinks
  /** Values of secrets that the operator gives. */
  readonly findSecret: (name: string) => string | undefined
  /** Default: the cluster at the address. */
  readonly open?: (address: string) => Promise<Documents>
}

const secretIn = (
  { secrets }: AppDirectory,
  { findSecret }: MigrationOptions,
  name: string,
): string | undefined =>
  findSecret(name) ?? (Object.hasOwn(secrets, name) ? secrets[name] : undefined)

const addressOf = (
  directory: AppDirectory,
  { name, link }: DataSource,
  options: MigrationOptions,
): string | undefined => {
  const given = givenLink(options.links, name)
  if (given) return given.kind === 'address' ? given.address : undefined
  if (link.kind === 'address') return link.address
  return link.kind === 'secret' ? secretIn(directory, options, link.name)?.trim() : undefined
}

const checkSource = async (
  directory: AppDirectory,
  source: DataSource,
  options: MigrationOptions,
): Promise<SourceReport> => {
  const { open = (address: string) => openMongoDb({ address }) } = options
  const { name } = source
  const address = addressOf(directory, source, options)
  if (address === undefined) return { name, address: undefined }
  const shown = shownAddress(address)
  try {
    const documents = await open(address)
    try {
      const found = await checkCluster(documents, source, directory.customUserData)
      return { name, address: shown, found }
    } finally {
      await documents.close()
    }
  } catch (error) {
    return { name, address: shown, trouble: error instanceof Error ? error.message : String(error) }
  }
}

/** Looks, reading only, at what an app directory would find at its data sources. */
export const checkMigration = async (
  directory: AppDirectory,
  options: MigrationOptions,
): Promise<MigrationReport> => {
  const sources: SourceReport[] = []
  for (const source of directory.dataSources) {
    sources.push(await checkSource(directory, source, options))
  }
  const missing = directory.secretPlaces.filter(
    ({ name, dataSource }) =>
      secretIn(directory, options, name) === undefined &&
      (dataSource === undefined || givenLink(options.links, dataSource) === undefined),
  )
  return { sources, missingSecrets: [...new Set(missing.map(({ name }) => name))] }
}
