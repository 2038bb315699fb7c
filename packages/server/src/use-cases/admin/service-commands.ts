import type { Document } from 'bson'
import { system } from '../../data/actor.ts'
import type { Deps } from '../../deps.ts'
import type { App } from '../../domain/app.ts'
import { AppError } from '../../errors.ts'
import { schemaOf } from './schema-of.ts'

type DataDeps = Pick<Deps, 'data'>

export type CommandArguments = {
  readonly database?: string | null | undefined
  readonly collection?: string | null | undefined
  readonly sample_size?: number | null | undefined
}

type Asked = { readonly service: string; readonly args: CommandArguments }

const demand = (args: CommandArguments, field: 'database' | 'collection'): string => {
  const value = args[field]
  if (!value) throw new AppError('fieldMissing', { field })
  return value
}

const ask = (
  { data }: DataDeps,
  app: App,
  call: { readonly service: string; readonly action: string; readonly args: readonly unknown[] },
): Promise<unknown> => data.run(app, { ...call, dialect: 'function' }, system)

const listDatabases = async (deps: DataDeps, app: App, { service }: Asked): Promise<unknown> => ({
  databases: await ask(deps, app, { service, action: 'getDBNames', args: [] }),
})

const listCollections = async (
  deps: DataDeps,
  app: App,
  { service, args }: Asked,
): Promise<unknown> => {
  const database = demand(args, 'database')
  const call = { service, action: 'getCollectionNames', args: [{ database }] }
  return { collections: await ask(deps, app, call) }
}

const usualSample = 100

const generateSchema = async (
  deps: DataDeps,
  app: App,
  { service, args }: Asked,
): Promise<unknown> => {
  const place = { database: demand(args, 'database'), collection: demand(args, 'collection') }
  const limit = args.sample_size ?? usualSample
  const call = { service, action: 'find', args: [place, {}, {}, { limit }] }
  const documents = (await ask(deps, app, call)) as Document[]
  return { schema: schemaOf(place.collection, documents), sampled: documents.length }
}

const commands: Readonly<
  Record<string, (deps: DataDeps, app: App, asked: Asked) => Promise<unknown>>
> = {
  build_info: async (deps, app, asked) => {
    await listDatabases(deps, app, asked)
    return { ok: 1 }
  },
  list_databases: listDatabases,
  list_collections: listCollections,
  generate_schema: generateSchema,
}

/**
 * What an operator asks a data source itself, past its rules.
 *
 * @throws `serviceCommandNotFound`, `fieldMissing`, and what `Data.run` throws
 */
export const runCommand = (
  deps: DataDeps,
  app: App,
  { command, ...asked }: Asked & { readonly command: string },
): Promise<unknown> => {
  const run = Object.hasOwn(commands, command) ? commands[command] : undefined
  if (!run) throw new AppError('serviceCommandNotFound', { name: command })
  return run(deps, app, asked)
}
