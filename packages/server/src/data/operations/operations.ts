import type { App } from '../../domain/app.ts'
import type { DataSource } from '../../domain/data-source.ts'
import { AppError } from '../../errors.ts'
import type { Actor } from '../actor.ts'
import type { Data, DataCall } from '../data.ts'
import { heldCollection } from '../room/held-collection.ts'
import type { Holding } from '../room/holding.ts'
import type { OpenHolding } from '../room/rooms.ts'
import type { OpenJudge } from '../rules/judge.ts'
import { readCollectionName, readDatabaseName } from '../sources/names.ts'
import type { Sources } from '../sources/sources.ts'
import type { Views } from '../view/open-view.ts'
import { type Arguments, type Audience, readNamed, readOrdered } from './arguments.ts'
import type { Command, Target } from './command.ts'
import { toldError } from './failures.ts'
import { limitsOf } from './limits.ts'
import { findListing } from './listings.ts'
import { distinct, reads } from './reads.ts'
import { isDocument } from './values.ts'
import { bulkWrite } from './writes/bulk.ts'
import { deletes } from './writes/deletes.ts'
import { findAndWrites } from './writes/find-and-write.ts'
import { inserts } from './writes/inserts.ts'
import { updates } from './writes/updates.ts'

const ofClients = Object.entries({
  ...reads,
  ...inserts,
  ...updates,
  ...deletes,
  ...findAndWrites,
})

const commands: Readonly<Record<DataCall['dialect'], ReadonlyMap<string, Command>>> = {
  client: new Map(ofClients),
  function: new Map([...ofClients, ['distinct', distinct], ['bulkWrite', bulkWrite]]),
}

const findSource = ({ dataSources }: App, name: string): DataSource => {
  const source = dataSources.find(one => one.name === name)
  if (source === undefined) throw new AppError('serviceNotFound', { name })
  return source
}

type Read = { readonly database: string; readonly collection: string; readonly given: Arguments }

const readCall = ({ args, dialect }: DataCall, command: Command, audience: Audience): Read => {
  const [first, ...rest] = args
  if (!isDocument(first)) {
    throw new AppError('fieldInvalid', { detail: "'arguments.0' must be a document" })
  }
  if (dialect === 'client' && rest.length > 0) {
    throw new AppError('fieldInvalid', { detail: "'arguments' must have one element" })
  }
  return {
    database: readDatabaseName('database', first.database),
    collection: readCollectionName('collection', first.collection),
    given:
      dialect === 'client'
        ? readNamed(first, command, audience)
        : readOrdered(rest, command, audience),
  }
}

export type OperationParts = {
  readonly sources: Sources
  readonly judge: OpenJudge
  readonly views: Pick<Views, 'open'>
  readonly hold: OpenHolding
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Milliseconds that an operation may take. Default as the engine's. */
  readonly maxTimeMs?: number
}

type Asked = { readonly app: App; readonly source: DataSource; readonly actor: Actor }

/** Who takes turns with others: each user, and the app's own code. */
const ownerOf = ({ app, actor }: Asked): string =>
  actor.kind === 'user' ? `${app.id}/${actor.user.id}` : app.id

const openTarget = async (
  { sources, judge: openJudge, views, now, maxTimeMs }: OperationParts,
  { app, source, actor, action, holding }: Asked & { action: string; holding: Holding },
  { database, collection: name }: Read,
): Promise<Target> => {
  const namespace = { app, source, database, collection: name }
  const judge = await openJudge(namespace, actor)
  const databases = await sources.open(app, source)
  const preference = Object.hasOwn(reads, action) ? source.readPreference : undefined
  const owner = ownerOf({ app, source, actor })
  const collection = heldCollection({
    collection: databases.collection(database, name, preference),
    holding,
    owner,
    name: `${app.id}/${source.name}/${database}.${name}`,
  })
  const limits = { ...limitsOf(databases.engine), ...(maxTimeMs && { maxTimeMs }) }
  const view = () => views.open({ collection, judge, limits, owner })
  return { namespace, actor, databases, collection, judge, view, now, limits }
}

export const openOperations = (parts: OperationParts): Pick<Data, 'run'> => {
  const list = async (asked: Asked, { action, args }: DataCall): Promise<unknown> => {
    const listing = findListing(action, asked.actor)
    if (listing === undefined) throw new AppError('serviceCommandNotFound', { name: action })
    const databases = await parts.sources.open(asked.app, asked.source)
    try {
      return await listing(databases, args)
    } catch (error) {
      throw toldError(error, { source: asked.source, databases, seesAll: true })
    }
  }

  const runOn = async (
    asked: Asked & { action: string; holding: Holding },
    command: Command,
    read: Read,
  ): Promise<unknown> => {
    const target = await openTarget(parts, asked, read)
    try {
      return await command.run(target, read.given)
    } catch (error) {
      const { databases, judge } = target
      throw toldError(error, { source: asked.source, databases, seesAll: judge.reads === 'all' })
    }
  }

  return {
    run: async (app, call, actor) => {
      const { service, action, dialect, onHeld } = call
      const source = findSource(app, service)
      const asked = { app, source, actor }
      const command = commands[dialect].get(action)
      if (command === undefined) {
        if (dialect === 'function') return list(asked, call)
        throw new AppError('serviceCommandNotFound', { name: action })
      }
      const read = readCall(call, command, actor.kind)
      const holding = parts.hold(dialect, ownerOf(asked))
      try {
        const result = await runOn({ ...asked, action, holding }, command, read)
        if (onHeld) onHeld(holding)
        else holding.leave()
        return result
      } catch (error) {
        holding.leave()
        throw error
      }
    },
  }
}
