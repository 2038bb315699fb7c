import type { Document } from 'bson'
import type { Database } from '../documents/documents.ts'
import type { Letter } from '../mail/mailer.ts'
import { fromDate, fromObjectId, toDate, toObjectId } from './object-id.ts'

/** A letter kept for development. `sentAt` is milliseconds since 1970. */
export type KeptLetter = Letter & {
  readonly id: string
  readonly appId: string
  readonly sentAt: number
}

export type MailboxStore = {
  /** Kept for seven days. */
  insert(letter: KeptLetter): Promise<void>
  /** The app's letters, newest first. */
  listByApp(appId: string, limit: number): Promise<KeptLetter[]>
}

const keptSeconds = 7 * 24 * 60 * 60

const toLetter = ({ _id, appId, sentAt, ...rest }: Document): KeptLetter =>
  ({
    ...rest,
    id: fromObjectId(_id),
    appId: fromObjectId(appId),
    sentAt: fromDate(sentAt),
  }) as KeptLetter

export const openMailboxStore = async (database: Database): Promise<MailboxStore> => {
  const mailbox = database.collection('mailbox')
  await Promise.all([
    mailbox.createIndex({ appId: 1, _id: -1 }),
    mailbox.createIndex({ sentAt: 1 }, { expireAfterSeconds: keptSeconds }),
  ])

  return {
    insert: async ({ id, appId, sentAt, ...rest }) => {
      await mailbox.insertOne({
        ...rest,
        _id: toObjectId(id),
        appId: toObjectId(appId),
        sentAt: toDate(sentAt),
      })
    },
    listByApp: async (appId, limit) => {
      const found = await mailbox.find(
        { appId: toObjectId(appId) },
        { sort: { appId: 1, _id: -1 }, limit, hint: 'appId_1__id_-1' },
      )
      return found.map(toLetter)
    },
  }
}
