import type { Log } from '../../log.ts'
import type { Documents } from '../documents.ts'

/**
 * Says in the log what the cluster of the store offers.
 *
 * @throws `Unavailable` when it cannot be reached
 */
export const logOffers = async (documents: Documents, log: Log): Promise<void> => {
  const { server, changeStreams, transactions } = await documents.offers()
  const database = documents.systemDatabase
  log.info('store opened', {
    engine: documents.engine,
    server,
    database,
    changeStreams,
    transactions,
  })
  if (changeStreams) return
  log.warn('the store offers no change streams: watch does not work on data kept in it')
}
