import type { Document } from 'bson'
import type { Database } from '../documents/documents.ts'
import type { ItemId } from '../domain/app.ts'
import { insertNew } from './insert-new.ts'
import { fromDate, fromObjectId, toDate, toObjectId } from './object-id.ts'

/** Changes of an app that one operator gathers, to deploy them together. Times are milliseconds since 1970. */
export type Draft = {
  readonly id: string
  readonly appId: string
  /** The operator's. */
  readonly userId: string
  /** Name of the list of the app's files as they were when the draft was begun. */
  readonly base: string
  /** Name of the list of its files as they are now. */
  readonly tree: string
  readonly itemIds: readonly ItemId[]
  /** Changes so far. */
  readonly version: number
  readonly createdAt: number
}

export type DraftStore = {
  /** Resolves `false`, writing nothing, when the operator has a draft of that app. */
  insert(draft: Draft): Promise<boolean>
  find(appId: string, id: string): Promise<Draft | undefined>
  findByUser(appId: string, userId: string): Promise<Draft | undefined>
  /** Resolves `false`, writing nothing, when it was changed or ended meanwhile. */
  change(draft: Draft): Promise<boolean>
  /** Says from which files on it changes; nothing when it has ended. */
  rebase(appId: string, id: string, base: string): Promise<void>
  /** Resolves `false` when there is none, with `version` also when it was changed since. */
  remove(appId: string, draft: { readonly id: string; readonly version?: number }): Promise<boolean>
}

const toDraft = ({ _id, appId, createdAt, ...rest }: Document): Draft =>
  ({
    ...rest,
    id: fromObjectId(_id),
    appId: fromObjectId(appId),
    createdAt: fromDate(createdAt),
  }) as Draft

export const openDraftStore = async (database: Database): Promise<DraftStore> => {
  const drafts = database.collection('drafts')
  await drafts.createIndex({ appId: 1, userId: 1 }, { unique: true })

  return {
    insert: ({ id, appId, createdAt, ...rest }) =>
      insertNew(drafts, {
        ...rest,
        _id: toObjectId(id),
        appId: toObjectId(appId),
        createdAt: toDate(createdAt),
      }),
    find: async (appId, id) => {
      const found = await drafts.findOne({ _id: toObjectId(id), appId: toObjectId(appId) })
      return found && toDraft(found)
    },
    findByUser: async (appId, userId) => {
      const found = await drafts.findOne(
        { appId: toObjectId(appId), userId },
        { hint: 'appId_1_userId_1' },
      )
      return found && toDraft(found)
    },
    change: async ({ id, version, tree, itemIds }) => {
      const { matchedCount } = await drafts.updateOne(
        { _id: toObjectId(id), version: version - 1 },
        { $set: { version, tree, itemIds } },
      )
      return matchedCount === 1
    },
    rebase: async (appId, id, base) => {
      await drafts.updateOne({ _id: toObjectId(id), appId: toObjectId(appId) }, { $set: { base } })
    },
    remove: async (appId, { id, version }) => {
      const { deletedCount } = await drafts.deleteOne({
        _id: toObjectId(id),
        appId: toObjectId(appId),
        ...(version !== undefined && { version }),
      })
      return deletedCount === 1
    },
  }
}
