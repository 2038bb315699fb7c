import type { Document } from 'bson'
import type { Database } from '../../documents/documents.ts'
import type { AdminSession } from '../../domain/operator.ts'
import { fromDate, fromObjectId, toDate, toObjectId } from '../object-id.ts'

/** Sessions of operators that are alive; one that ended is gone. */
export type AdminSessionStore = {
  insert(session: AdminSession): Promise<void>
  findById(id: string): Promise<AdminSession | undefined>
  /** True when the operator has a session that was begun from this address group. */
  isFrom(operatorId: string, address: string): Promise<boolean>
  /** Resolves `false` when there is no such session. */
  remove(id: string): Promise<boolean>
  removeByOperator(operatorId: string): Promise<void>
}

const toSession = (document: Document): AdminSession => ({
  id: fromObjectId(document._id),
  kind: document.kind,
  operatorId: fromObjectId(document.operatorId),
  version: document.version,
  address: document.address,
  createdAt: fromDate(document.createdAt),
  expiresAt: fromDate(document.expiresAt),
})

export const openAdminSessionStore = async (database: Database): Promise<AdminSessionStore> => {
  const sessions = database.collection('adminSessions')
  await Promise.all([
    sessions.createIndex({ operatorId: 1, address: 1 }),
    sessions.createIndex({ expiresAt: 1 }, { expireAfterSeconds: 0 }),
  ])

  return {
    insert: async ({ id, operatorId, createdAt, expiresAt, address, ...session }) => {
      await sessions.insertOne({
        _id: toObjectId(id),
        ...session,
        operatorId: toObjectId(operatorId),
        ...(address !== undefined && { address }),
        createdAt: toDate(createdAt),
        expiresAt: toDate(expiresAt),
      })
    },
    findById: async id => {
      const found = await sessions.findOne({ _id: toObjectId(id) })
      return found && toSession(found)
    },
    isFrom: async (operatorId, address) => {
      const filter = { operatorId: toObjectId(operatorId), address }
      const options = { limit: 1, hint: 'operatorId_1_address_1' } as const
      return (await sessions.find(filter, options)).length > 0
    },
    remove: async id => (await sessions.deleteOne({ _id: toObjectId(id) })).deletedCount === 1,
    removeByOperator: async operatorId => {
      await sessions.deleteMany({ operatorId: toObjectId(operatorId) })
    },
  }
}
