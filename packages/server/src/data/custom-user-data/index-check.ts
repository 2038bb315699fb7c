import type { Log } from '../../log.ts'
import type { CustomDataPlace } from './find.ts'

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
  const indexes = await collection.listIndexes()
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
