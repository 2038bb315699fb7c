import { clientPaths } from '@regent/protocol/paths'
import { readObject, readString } from '../arguments.ts'
import { refusal } from '../errors.ts'
import type { Request } from '../http/http.ts'
import { tokensOf } from '../session.ts'
import type { Identity } from '../storage/stored-user.ts'
import type { Book } from './book.ts'
import { fetchAccount } from './log-in.ts'
import type { UserRecord } from './record.ts'
import type { Renewal } from './renewal.ts'

const readIdentity = (value: unknown): Identity => {
  const { id, providerType } = readObject(value, 'identity')
  return { id: readString(id, 'id'), providerType: readString(providerType, 'providerType') }
}

/** Ids of a custom function are any text: written whole into the path, whatever they begin with. */
const pathOf = ({ providerType, id }: Identity): string => {
  const segment = encodeURIComponent(id)
  return clientPaths.identity(providerType, ':id').replace(':id', () => segment)
}

const without = (identities: readonly Identity[], { id, providerType }: Identity): Identity[] =>
  identities.filter(one => one.id !== id || one.providerType !== providerType)

/**
 * Takes the identity from the user. When the server has done so but its profile cannot be had, the profile
 * here stays as it was. The server may have ended the session with it, which a refresh tells: then the user is
 * logged out here too.
 *
 * @throws RegentError when the user is logged out, for the last identity and for one the user does not have
 */
export const unlink = async (
  { book, renewal }: { readonly book: Book; readonly renewal: Renewal },
  record: UserRecord,
  value: unknown,
): Promise<void> => {
  const identity = readIdentity(value)
  const login = tokensOf(record.session)?.refreshToken
  if (login === undefined) {
    throw refusal('ClientUserNotLoggedIn', 'The specified user is not logged in.')
  }
  await renewal.send(record, { method: 'DELETE', path: pathOf(identity) })
  const { account } = record
  record.account = { ...account, identities: without(account.identities, identity) }
  const send = (request: Request): Promise<unknown> => renewal.send(record, request)
  await renewal.refresh(record).catch(() => undefined)
  if (tokensOf(record.session)?.refreshToken !== login) return
  const fetched = await fetchAccount(send, account.id, account.deviceId).catch(() => undefined)
  if (tokensOf(record.session)?.refreshToken !== login) return
  if (fetched) record.account = fetched
  book.keep(record)
}
