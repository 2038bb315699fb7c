import { tokensOf } from '../session.ts'
import type { Loaded } from '../storage/storage.ts'
import type { StoredUser } from '../storage/stored-user.ts'
import { apply, createRecord, type UserRecord } from './record.ts'

/** Makes the record what another process, or the last run, left of the user. */
export const takeOver = (record: UserRecord, { account, tokens }: StoredUser): void => {
  record.account = account
  if (!tokens) apply(record, { type: 'logged-out' })
  else if (tokensOf(record.session)?.refreshToken !== tokens.refreshToken) {
    apply(record, { type: 'logged-in', tokens })
  } else {
    apply(record, { type: 'linked', login: tokens.refreshToken, accessToken: tokens.accessToken })
  }
}

/** Brings the records to what is on disk: users whose files are gone are removed, others' logins are followed. */
export const reload = (
  records: Map<string, UserRecord>,
  { users, isUnknown }: Omit<Loaded, 'endings'>,
): void => {
  const present = new Set(users.map(user => user.account.id))
  for (const [id, record] of records) {
    if (present.has(id) || isUnknown(id)) continue
    apply(record, { type: 'removed' })
    records.delete(id)
  }
  for (const user of users) {
    const { id } = user.account
    const record = records.get(id)
    if (!record) records.set(id, createRecord(user))
    else if (!isUnknown(id)) {
      takeOver(record, user)
      record.order = user.order
    }
  }
}
