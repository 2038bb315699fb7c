import type { IndexDescription } from '../../documents/documents.ts'
import { DocumentsError } from '../../documents/error.ts'
import type { Log } from '../../log.ts'
import type { CustomDataPlace } from './find.ts'

/** A collection that is made by its first document has no index. */
const noneYet = (error: unknown): IndexDescription[] => {
  if (error instanceof DocumentsError && error.codeName === 'NamespaceNotFound') return []
  throw error
}

/**
 * Sees to it that custom user data is found through an index: makes one where the documents are this server's own, and
 * says so where they are not.
 */
export const checkIndex = async (
  place: CustomDataPlace,
  log: Log,
  isOwn: boolean,
): Promise<void> => {
  const { app, collection, settings } = place
  const field = settings.userIdField
  if (field === '_id') return
  if (isOwn) {
    await collection.createIndex({ [field]: 1 })
    return
  }
  const indexes = await collection.listIndexes().catch(noneYet)
  if (
    indexes.some(
      ({ key, partialFilterExpression }) =>
        Object.keys(key)[0] === field && !partialFilterExpression,
    )
  )
    return
  log.warn('custom user data has no index: every log-in and refresh reads the whole collection', {
    app: app.clientAppId,
    dataSource: settings.source,
    collection: `${settings.database}.${settings.collection}`,
    create: `createIndex({ ${JSON.stringify(field)}: 1 })`,
  })
}
