import type { Document } from 'bson'
import type { Database } from '../../documents/documents.ts'
import type { AdminKey } from '../../domain/operator.ts'
import { insertNew } from '../insert-new.ts'
import { fromDate, fromObjectId, toDate, toObjectId } from '../object-id.ts'

/** Key pairs of programs that use the Admin API; of the private key the hash only. */
export type AdminKeyStore = {
  /** Resolves `false`, writing nothing, when the name or the public key is taken. */
  insert(key: AdminKey): Promise<boolean>
  findById(id: string): Promise<AdminKey | undefined>
  findByPublicKey(publicKey: string): Promise<AdminKey | undefined>
  /** Oldest first. */
  list(): Promise<AdminKey[]>
  recordLogin(id: string, at: number): Promise<void>
  /** Resolves `false` when there is no such key. */
  remove(id: string): Promise<boolean>
}

/** More keys than this are not listed. */
const mostListed = 1_000

const toAdminKey = (document: Document): AdminKey => ({
  id: fromObjectId(document._id),
  name: document.name,
  publicKey: document.publicKey,
  hash: document.hash,
  role: document.role,
  createdAt: fromDate(document.createdAt),
  lastLoginAt: document.lastLoginAt && fromDate(document.lastLoginAt),
})

export const openAdminKeyStore = async (database: Database): Promise<AdminKeyStore> => {
  const keys = database.collection('adminKeys')
  await Promise.all([
    keys.createIndex({ publicKey: 1 }, { unique: true }),
    keys.createIndex({ name: 1 }, { unique: true }),
  ])

  return {
    insert: ({ id, createdAt, lastLoginAt: _, ...key }) =>
      insertNew(keys, { _id: toObjectId(id), ...key, createdAt: toDate(createdAt) }),
    findById: async id => {
      const found = await keys.findOne({ _id: toObjectId(id) })
      return found && toAdminKey(found)
    },
    findByPublicKey: async publicKey => {
      const found = await keys.findOne({ publicKey })
      return found && toAdminKey(found)
    },
    list: async () =>
      (await keys.find({}, { sort: { _id: 1 }, limit: mostListed, hint: '_id_' })).map(toAdminKey),
    recordLogin: async (id, at) => {
      await keys.updateOne({ _id: toObjectId(id) }, { $max: { lastLoginAt: toDate(at) } })
    },
    remove: async id => (await keys.deleteOne({ _id: toObjectId(id) })).deletedCount === 1,
  }
}
