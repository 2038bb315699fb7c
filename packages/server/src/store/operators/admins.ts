import type { Document } from 'bson'
import type { Database } from '../../documents/documents.ts'
import type { Admin } from '../../domain/operator.ts'
import { insertNew } from '../insert-new.ts'
import { fromDate, fromObjectId, toDate, toObjectId } from '../object-id.ts'

/** Operators who log in with e-mail address and password. */
export type AdminStore = {
  /** Resolves `false`, writing nothing, when there is an operator with this e-mail address. */
  insert(admin: Admin): Promise<boolean>
  findById(id: string): Promise<Admin | undefined>
  /** `key` is the canonical e-mail address. */
  findByEmail(key: string): Promise<Admin | undefined>
  /** Oldest first. */
  list(): Promise<Admin[]>
  /** The same password with another hash. Does nothing when the password was changed meanwhile. */
  replaceHash(admin: Admin, hash: string): Promise<void>
  /** Ends all sessions begun before. Resolves `false` when there is no such operator. */
  changePassword(id: string, hash: string): Promise<boolean>
  recordLogin(id: string, at: number): Promise<void>
  /** Resolves `false` when there is no such operator. */
  remove(id: string): Promise<boolean>
}

/** More operators than this are not listed. */
const mostListed = 1_000

const toAdmin = (document: Document): Admin => ({
  id: fromObjectId(document._id),
  email: document.email,
  key: document.key,
  hash: document.hash,
  version: document.version,
  role: document.role,
  createdAt: fromDate(document.createdAt),
  lastLoginAt: document.lastLoginAt && fromDate(document.lastLoginAt),
})

export const openAdminStore = async (database: Database): Promise<AdminStore> => {
  const admins = database.collection('admins')
  await admins.createIndex({ key: 1 }, { unique: true })

  return {
    insert: ({ id, createdAt, lastLoginAt: _, ...admin }) =>
      insertNew(admins, { _id: toObjectId(id), ...admin, createdAt: toDate(createdAt) }),
    findById: async id => {
      const found = await admins.findOne({ _id: toObjectId(id) })
      return found && toAdmin(found)
    },
    findByEmail: async key => {
      const found = await admins.findOne({ key })
      return found && toAdmin(found)
    },
    list: async () =>
      (await admins.find({}, { sort: { _id: 1 }, limit: mostListed, hint: '_id_' })).map(toAdmin),
    replaceHash: async ({ id, version }, hash) => {
      await admins.updateOne({ _id: toObjectId(id), version }, { $set: { hash } })
    },
    changePassword: async (id, hash) => {
      const change = { $set: { hash }, $inc: { version: 1 } }
      return (await admins.updateOne({ _id: toObjectId(id) }, change)).matchedCount === 1
    },
    recordLogin: async (id, at) => {
      await admins.updateOne({ _id: toObjectId(id) }, { $max: { lastLoginAt: toDate(at) } })
    },
    remove: async id => (await admins.deleteOne({ _id: toObjectId(id) })).deletedCount === 1,
  }
}
