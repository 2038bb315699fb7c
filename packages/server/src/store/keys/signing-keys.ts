import { Binary, type Document } from 'bson'
import type { Database } from '../../documents/documents.ts'
import { insertNew } from '../insert-new.ts'
import { fromDate, fromObjectId, toDate, toObjectId } from '../object-id.ts'

/** A key that signs tokens of one app. Times are milliseconds since 1970. */
export type SigningKey = {
  readonly appId: string
  readonly use: 'access' | 'refresh'
  /** 1, 2, 3 … within app and use. */
  readonly number: number
  /** Sealed with a data key. */
  readonly sealed: Uint8Array
  readonly createdAt: number
  /** From then on it signs; until then others only learn of it. */
  readonly signsFrom: number
}

export type SigningKeyStore = {
  /** Resolves `false`, writing nothing, when there is a key of that number: of two makers one wins. */
  insert(key: SigningKey): Promise<boolean>
  /** The app's keys, newest first within each use. */
  listByApp(appId: string): Promise<SigningKey[]>
  remove(key: Pick<SigningKey, 'appId' | 'use' | 'number'>): Promise<void>
}

const toSigningKey = (document: Document): SigningKey => ({
  appId: fromObjectId(document.appId),
  use: document.use,
  number: document.number,
  sealed: (document.sealed as Binary).buffer,
  createdAt: fromDate(document.createdAt),
  signsFrom: document.signsFrom === undefined ? 0 : fromDate(document.signsFrom),
})

const idOf = ({ appId, use, number }: Pick<SigningKey, 'appId' | 'use' | 'number'>): string =>
  `${appId}:${use}:${number}`

export const openSigningKeyStore = async (database: Database): Promise<SigningKeyStore> => {
  const keys = database.collection('signingKeys')
  await keys.createIndex({ appId: 1, use: 1, number: -1 }, { unique: true })

  return {
    insert: key =>
      insertNew(keys, {
        _id: idOf(key),
        appId: toObjectId(key.appId),
        use: key.use,
        number: key.number,
        sealed: new Binary(key.sealed),
        createdAt: toDate(key.createdAt),
        signsFrom: toDate(key.signsFrom),
      }),
    listByApp: async appId => {
      const found = await keys.find(
        { appId: toObjectId(appId) },
        { sort: { appId: 1, use: 1, number: -1 }, hint: 'appId_1_use_1_number_-1' },
      )
      return found.map(toSigningKey)
    },
    remove: async key => {
      await keys.deleteOne({ _id: idOf(key) })
    },
  }
}
