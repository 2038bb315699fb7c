import { Binary, type Document } from 'bson'
import type { Database } from '../../documents/documents.ts'
import { insertNew } from '../insert-new.ts'
import { fromDate, fromObjectId, toDate, toObjectId } from '../object-id.ts'

/** A secret of an app, sealed. */
export type KeptSecret = {
  readonly appId: string
  readonly name: string
  readonly sealed: Uint8Array
  /** Milliseconds since 1970. */
  readonly changedAt: number
}

export type SecretStore = {
  /** Resolves `false` when there is one of that name, which stays as it is. */
  add(secret: KeptSecret): Promise<boolean>
  /** Adds the secret, or replaces the one of the same name. */
  put(secret: KeptSecret): Promise<void>
  find(appId: string, name: string): Promise<KeptSecret | undefined>
  /** The app's secrets by name. */
  listByApp(appId: string): Promise<KeptSecret[]>
  /** Resolves `false` when there is none of that name. */
  remove(appId: string, name: string): Promise<boolean>
}

const secretId = (appId: string, name: string): string => `${appId}:${name}`

const toDocument = ({ appId, name, sealed, changedAt }: KeptSecret): Document => ({
  appId: toObjectId(appId),
  name,
  sealed: new Binary(sealed),
  changedAt: toDate(changedAt),
})

const toSecret = (document: Document): KeptSecret => ({
  appId: fromObjectId(document.appId),
  name: document.name,
  sealed: (document.sealed as Binary).buffer,
  changedAt: fromDate(document.changedAt),
})

export const openSecretStore = async (database: Database): Promise<SecretStore> => {
  const secrets = database.collection('secrets')
  await secrets.createIndex({ appId: 1, name: 1 }, { unique: true })

  return {
    add: secret =>
      insertNew(secrets, { _id: secretId(secret.appId, secret.name), ...toDocument(secret) }),
    put: async secret => {
      const _id = secretId(secret.appId, secret.name)
      await secrets.replaceOne({ _id }, toDocument(secret), { upsert: true })
    },
    find: async (appId, name) => {
      const found = await secrets.findOne({ _id: secretId(appId, name) })
      return found && toSecret(found)
    },
    listByApp: async appId => {
      const found = await secrets.find(
        { appId: toObjectId(appId) },
        { sort: { appId: 1, name: 1 }, hint: 'appId_1_name_1' },
      )
      return found.map(toSecret)
    },
    remove: async (appId, name) => {
      const { deletedCount } = await secrets.deleteOne({ _id: secretId(appId, name) })
      return deletedCount === 1
    },
  }
}
