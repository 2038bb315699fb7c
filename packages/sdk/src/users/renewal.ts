import { clientPaths } from '@regent/protocol/paths'
import { isToken } from '../access-token.ts'
import { RegentError, refusal } from '../errors.ts'
import { type Http, type Request, readField } from '../http/http.ts'
import type { OpenStream, StreamRequest } from '../http/stream.ts'
import { tokensOf } from '../session.ts'
import { apply, type UserRecord } from './record.ts'

/** What becomes of a user when a refresh is over; keeps it on disk and tells listeners. */
export type RenewalEvents = {
  readonly onRefreshed: (record: UserRecord) => void
  /** The server knows no such session any more; true when another process has logged the user in again. */
  readonly onRefused: (record: UserRecord) => boolean
}

export type Renewal = {
  /**
   * A request with the user's access token. When the server answers 401 the token is refreshed, once for all
   * calls that wait for it, and the request is sent once more; that answer is final.
   *
   * @throws RegentError with the first answer when the token cannot be refreshed
   */
  readonly send: (record: UserRecord, request: Request) => Promise<unknown>
  /** A stream, opened with the user's access token as `send` does. */
  readonly open: (record: UserRecord, request: StreamRequest) => Promise<OpenStream>
  /**
   * A request with the user's refresh token. There is nothing to renew: when the server no longer knows the
   * session the user is logged out, unless the user has logged in again meanwhile; then the request is sent
   * once more.
   */
  readonly sendWithLogin: (record: UserRecord, request: Request) => Promise<unknown>
  /** A new access token from a request that is sent after this call. */
  readonly refresh: (record: UserRecord) => Promise<void>
}

/** Refusals of credentials, as a link request gets them: a newer access token would not help. */
const credentialCodes: readonly (string | undefined)[] = ['InvalidPassword', 'AuthError']

const isTokenRefused = (error: unknown): error is RegentError =>
  error instanceof RegentError &&
  error.statusCode === 401 &&
  !credentialCodes.includes(error.errorCode)

const isSessionOver = (error: unknown): boolean =>
  error instanceof RegentError && error.statusCode === 401 && error.errorCode === 'InvalidSession'

const loginOf = ({ session }: UserRecord): string | undefined => tokensOf(session)?.refreshToken

const notLoggedIn = (): RegentError => refusal('ClientUserNotLoggedIn', 'The user is not logged in')

export const createRenewal = (
  http: Pick<Http, 'send' | 'open'>,
  events: RenewalEvents,
): Renewal => {
  /** Refreshes whose request has left: their answer may be older than what a later caller wants to see. */
  const sent = new WeakSet<Promise<void>>()
  const next = new WeakMap<Promise<void>, Promise<void>>()

  const fetchToken = async (refreshToken: string, onSend: () => void): Promise<string> => {
    const path = clientPaths.session()
    const answer = await http.send({ method: 'POST', path, bearer: refreshToken, onSend })
    const accessToken = readField(answer, 'access_token')
    if (isToken(accessToken)) return accessToken
    throw refusal('BadToken', 'malformed JWT')
  }

  const isCurrent = ({ session }: UserRecord, pending: Promise<void>): boolean =>
    session.status === 'refreshing' && session.pending === pending

  const run = async (record: UserRecord, login: string, self: () => Promise<void>) => {
    try {
      const accessToken = await fetchToken(login, () => sent.add(self()))
      if (!isCurrent(record, self())) return
      apply(record, { type: 'refreshed', pending: self(), accessToken })
      events.onRefreshed(record)
    } catch (error) {
      if (!isCurrent(record, self())) throw error
      apply(record, { type: 'refresh-failed', pending: self() })
      if (!isSessionOver(error) || !events.onRefused(record)) throw error
    }
  }

  const start = (record: UserRecord): Promise<void> => {
    const tokens = tokensOf(record.session)
    if (!tokens) return Promise.reject(notLoggedIn())
    const pending: Promise<void> = run(record, tokens.refreshToken, () => pending)
    pending.catch(() => undefined)
    apply(record, { type: 'refresh-started', pending })
    return pending
  }

  const startAfter = (record: UserRecord, pending: Promise<void>): Promise<void> => {
    const restart = () =>
      record.session.status === 'refreshing' ? record.session.pending : start(record)
    const following = next.get(pending) ?? pending.then(restart, restart)
    next.set(pending, following)
    return following
  }

  const refresh = (record: UserRecord): Promise<void> => {
    const { session } = record
    if (session.status !== 'refreshing') return start(record)
    return sent.has(session.pending) ? startAfter(record, session.pending) : session.pending
  }

  const renew = async (record: UserRecord, used: string): Promise<string | undefined> => {
    if (tokensOf(record.session)?.accessToken === used) {
      const { session } = record
      const pending = session.status === 'refreshing' ? session.pending : start(record)
      await pending.catch(() => undefined)
    }
    const accessToken = tokensOf(record.session)?.accessToken
    return accessToken === used ? undefined : accessToken
  }

  const withAccess = async <T>(
    record: UserRecord,
    attempt: (bearer: string) => Promise<T>,
  ): Promise<T> => {
    const tokens = tokensOf(record.session)
    if (!tokens) throw notLoggedIn()
    const used = tokens.accessToken
    try {
      return await attempt(used)
    } catch (error) {
      if (!isTokenRefused(error)) throw error
      const renewed = await renew(record, used)
      if (renewed === undefined) throw error
      return attempt(renewed)
    }
  }

  const sendWithLogin = async (record: UserRecord, request: Request): Promise<unknown> => {
    const used = loginOf(record)
    if (used === undefined) throw notLoggedIn()
    try {
      return await http.send({ ...request, bearer: used })
    } catch (error) {
      if (!isSessionOver(error)) throw error
      if (loginOf(record) === used) events.onRefused(record)
      const renewed = loginOf(record)
      if (renewed === undefined) throw error
      return http.send({ ...request, bearer: renewed })
    }
  }

  return {
    send: (record, request) => withAccess(record, bearer => http.send({ ...request, bearer })),
    open: (record, request) => withAccess(record, bearer => http.open({ ...request, bearer })),
    sendWithLogin,
    refresh,
  }
}
