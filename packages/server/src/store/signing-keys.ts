import { Binary, type Document } from 'bson'
import type { Database } from '../documents/documents.ts'
import { insertNew } from './insert-new.ts'
import { fromDate, fromObjectId, toDate, toObjectId } from './object-id.ts'

/** A key that signs tokens of one app. `createdAt` is milliseconds since 1970. */
export type SigningKey = {
  readonly appId: string
  readonly use: 'access' | 'refresh'
  /** 1, 2, 3 … within app and use. */
  readonly number: number
  /** Sealed with the master key. */
  readonly sealed: Uint8Array
  readonly createdAt: number
}

export type SigningKeyStore = {
  /** Resolves `false`, writing nothing, when there is a key of that number: of two makers one wins. */
  insert(key: SigningKey): Promise<boolean>
  /** The app's keys, newest first within each use. */
  listByApp(appId: string): Promise<SigningKey[]>
}

const toSigningKey = (document: Document): SigningKey => ({
  appId: fromObjectId(document.appId),
  use: document.use,
  number: document.number,
  sealed: (document.sealed as Binary).buffer,
  createdAt: fromDate(document.createdAt),
})

export const openSigningKeyStore = async (database: Database): Promise<SigningKeyStore> => {
  const keys = database.collection('signingKeys')
  await keys.createIndex({ appId: 1, use: 1, number: -1 }, { unique: true })

  return {
    insert: ({ appId, use, number, sealed, createdAt }) =>
      insertNew(keys, {
        _id: `${appId}:${use}:${number}`,
        appId: toObjectId(appId),
        use,
        number,
        sealed: new Binary(sealed),
        createdAt: toDate(createdAt),
      }),
    listByApp: async appId => {
      const found = await keys.find(
        { appId: toObjectId(appId) },
        { sort: { appId: 1, use: 1, number: -1 }, hint: 'appId_1_use_1_number_-1' },
      )
      return found.map(toSigningKey)
    },
  }
}
