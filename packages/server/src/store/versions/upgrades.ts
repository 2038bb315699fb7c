import type { BulkOperation, Database } from '../../documents/documents.ts'
import { type Identity, knownEmails } from '../../domain/user.ts'
import { emailFields } from '../user-document.ts'
import { markUnused } from './mark-unused.ts'

/** One step from the version before. */
export type Upgrade = {
  readonly to: number
  readonly about: string
  /** May be cut off anywhere and begun again. */
  run(database: Database): Promise<void>
}

const batch = 500

const addEmails = async (database: Database): Promise<void> => {
  const users = database.collection('users')
  let after: unknown
  for (;;) {
    const found = await users.find(after === undefined ? {} : { _id: { $gt: after } }, {
      sort: { _id: 1 },
      limit: batch,
      projection: { identities: 1 },
      hint: '_id_',
    })
    const changes = found.flatMap(({ _id, identities }): BulkOperation[] => {
      const fields = emailFields(knownEmails(identities as readonly Identity[]))
      if (Object.keys(fields).length === 0) return []
      return [{ updateOne: { filter: { _id }, update: { $set: fields } } }]
    })
    if (changes.length > 0) await users.bulkWrite(changes)
    if (found.length < batch) return
    after = found.at(-1)?._id
  }
}

/** Every step, in order. */
export const upgrades: readonly Upgrade[] = [
  {
    to: 2,
    about: 'users are found by e-mail address, and registrations without a user by a mark',
    run: async database => {
      await addEmails(database)
      await markUnused(database)
    },
  },
]
