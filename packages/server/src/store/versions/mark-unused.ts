import type { Document } from 'bson'
import type { BulkOperation, Database } from '../../documents/documents.ts'
import { fromObjectId } from '../object-id.ts'

const batch = 500

const claimOf = ({ appId, identityId }: Document): string =>
  `${fromObjectId(appId)}:local-userpass:${fromObjectId(identityId)}`

/** Registrations that nobody logged in with yet are found by a mark. May be cut off anywhere and begun again. */
export const markUnused = async (database: Database): Promise<void> => {
  const passwords = database.collection('passwords')
  const identities = database.collection('identities')
  let after: unknown
  for (;;) {
    const found = await passwords.find(after === undefined ? {} : { _id: { $gt: after } }, {
      sort: { _id: 1 },
      limit: batch,
      projection: { appId: 1, identityId: 1 },
      hint: '_id_',
    })
    const claims = await identities.find(
      { _id: { $in: found.map(claimOf) } },
      { projection: { _id: 1 }, hint: '_id_' },
    )
    const claimed = new Set(claims.map(({ _id }) => _id))
    const changes = found
      .filter(account => !claimed.has(claimOf(account)))
      .map(
        ({ _id }): BulkOperation => ({
          updateOne: { filter: { _id }, update: { $set: { unused: true } } },
        }),
      )
    if (changes.length > 0) await passwords.bulkWrite(changes)
    if (found.length < batch) return
    after = found.at(-1)?._id
  }
}
