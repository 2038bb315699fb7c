import { isToken } from '../access-token.ts'
import { type Credentials, readCredentials } from '../credentials.ts'
import { refusal } from '../errors.ts'
import { readField } from '../http/http.ts'
import { tokensOf } from '../session.ts'
import type { Book } from './book.ts'
import { type Device, fetchAccount, logInRequest } from './log-in.ts'
import { apply, type UserRecord } from './record.ts'
import type { Renewal } from './renewal.ts'

export type Linking = {
  readonly book: Book
  readonly renewal: Renewal
  readonly device: Device
}

const readLogin = (record: UserRecord, credentials: Credentials): string => {
  const login = tokensOf(record.session)?.refreshToken
  if (login === undefined) {
    throw refusal('ClientUserNotLoggedIn', 'The specified user is not logged in.')
  }
  if (readCredentials(credentials).provider === 'anon-user') {
    const message = 'Cannot add anonymous credentials to an existing user.'
    throw refusal('ClientUserAlreadyNamed', message)
  }
  return login
}

/**
 * Adds the identity that the credentials prove to the user. A log-out meanwhile wins: nothing changes here.
 *
 * @throws RegentError when the user is logged out, for anonymous credentials, and when the server refuses
 */
export const link = async (
  { book, renewal, device }: Linking,
  record: UserRecord,
  credentials: Credentials,
): Promise<void> => {
  const login = readLogin(record, credentials)
  const { id, deviceId } = record.account
  const answer = await renewal.send(record, logInRequest(credentials, device, '?link=true'))
  const accessToken = readField(answer, 'access_token')
  if (readField(answer, 'user_id') !== id || !isToken(accessToken)) {
    throw refusal('BadToken', 'Could not link: received a token of another user')
  }
  apply(record, { type: 'linked', login, accessToken })
  const account = await fetchAccount(request => renewal.send(record, request), id, deviceId)
  if (tokensOf(record.session)?.refreshToken !== login) return
  record.account = account
  book.keep(record)
}
