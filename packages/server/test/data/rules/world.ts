import type { Document } from 'bson'
import type { Actor } from '../../../src/data/actor.ts'
import { openMongoDb } from '../../../src/documents/mongodb/index.ts'
import type { App } from '../../../src/domain/app.ts'
import type { CollectionRules, DataSourceLink, Role } from '../../../src/domain/data-source.ts'
import { AppError } from '../../../src/errors.ts'
import { newApp, newId, openDeps } from '../../deps/open-deps.ts'
import { ada } from './open-test-judge.ts'

/** A collection with rules that change, and one without, on a real engine. */
export type World = AsyncDisposable & {
  /** Puts documents into a fresh collection under these roles. */
  begin(
    roles: readonly Role[],
    documents: readonly Document[],
    filters?: CollectionRules['filters'],
  ): Promise<Place>
}

export type Place = {
  /** As the user; `refused` is the refusal in place of an answer. */
  asUser(action: string, ...args: unknown[]): Promise<Answer>
  /** The same over other documents, where rules bind nobody. */
  overOthers(documents: readonly Document[], action: string, ...args: unknown[]): Promise<Answer>
  stored(): Promise<readonly Document[]>
}

export type Answer = { readonly answer: unknown; readonly refused?: string }

const custom = { source: 'own', database: 'shop', collection: 'people', userIdField: 'user' }

/** Everything with plain numbers, in JSON. */
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_key, inner) => {
      if (typeof inner !== 'object' || inner === null) return inner
      return ['Int32', 'Double', 'Long'].includes(inner._bsontype) ? Number(inner) : inner
    }) ?? 'null',
  )

/** @param link where the data source is; default the embedded engine */
export const openWorld = async (
  customData: Document,
  link: DataSourceLink = { kind: 'own' },
): Promise<World> => {
  const { deps, [Symbol.asyncDispose]: dispose } = await openDeps()
  const database = `rules_${newId()}`

  const appWith = (rules: CollectionRules[], at: DataSourceLink = link): App =>
    newApp({
      id: ada.appId,
      dataSources: [{ name: 'own', link: at, rules }],
      customUserData: { ...custom, database },
    })

  const run = async (
    app: App,
    actor: Actor,
    [collection, action, args]: [string, string, unknown[]],
  ): Promise<Answer> => {
    const call = {
      service: 'own',
      action,
      args: [{ database, collection }, ...args],
      dialect: 'function' as const,
    }
    try {
      return { answer: plain(await deps.data.run(app, call, actor)) }
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      return { answer: null, refused: `${error.refusal}: ${error.message}` }
    }
  }

  const bare = appWith([])
  /** Where MongoDB's semantics are those of our own engine. */
  const reference = appWith([], { kind: 'own' })
  const system: Actor = { kind: 'system' }
  const fill = async (documents: readonly Document[], app = bare): Promise<string> => {
    const collection = `c${newId()}`
    if (documents.length === 0) return collection
    const { refused } = await run(app, system, [collection, 'insertMany', [documents]])
    if (refused !== undefined) throw new Error(refused)
    return collection
  }
  await run(bare, system, ['people', 'insertOne', [{ user: ada.id, ...customData }]])

  return {
    begin: async (roles, documents, filters = []) => {
      const collection = await fill(documents)
      const app = appWith([{ database, collection, roles, filters }])
      return {
        asUser: (action, ...args) =>
          run(app, { kind: 'user', user: ada }, [collection, action, args]),
        overOthers: async (others, action, ...args) =>
          run(reference, system, [await fill(others, reference), action, args]),
        stored: async () =>
          (await run(bare, system, [collection, 'find', [{}, {}, { sort: { _id: 1 } }]]))
            .answer as Document[],
      }
    },
    [Symbol.asyncDispose]: async () => {
      await dispose()
      if (link.kind !== 'address') return
      const documents = await openMongoDb({ address: link.address })
      await documents.database(database).drop()
      await documents.close()
    },
  }
}
