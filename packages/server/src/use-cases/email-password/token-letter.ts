import type { Deps } from '../../deps.ts'
import type { App } from '../../domain/app.ts'
import { isMailAddress } from '../../domain/email.ts'
import type { KeptToken, PasswordAccount, TokenPurpose } from '../../domain/password.ts'
import { AppError } from '../../errors.ts'
import { confirmationLetter, resetLetter } from '../../mail/letters.ts'
import {
  hashOneTimeToken,
  isOneTimeToken,
  newOneTimeToken,
  type OneTimeToken,
} from '../../security/one-time-tokens.ts'
import type { TokenProof } from '../../store/passwords.ts'
import { count, counterKey, readCounters, refuseToWait } from '../throttle.ts'

const tokenMs = 30 * 60 * 1000
/** Letters that anybody may have sent to one address (or functions run for it) before there must be pauses. */
const freeLetters = 5

/** A new token and what is kept of it; good for 30 minutes. */
export const makeToken = (
  { now }: Deps,
  purpose: TokenPurpose,
): { readonly token: OneTimeToken; readonly kept: KeptToken } => {
  const token = newOneTimeToken()
  const hash = hashOneTimeToken(token.token)
  return { token, kept: { id: token.tokenId, purpose, hash, expiresAt: now() + tokenMs } }
}

/**
 * Sends the letter with the token, to the address as it was registered.
 *
 * @throws `mailFailed` when it cannot be handed over, or the account's name is no address
 */
export const sendLetter = async (
  { config, mailer, log }: Deps,
  app: App,
  {
    account,
    token,
    purpose,
  }: { account: PasswordAccount; token: OneTimeToken; purpose: TokenPurpose },
): Promise<void> => {
  if (!isMailAddress(account.email)) throw new AppError('mailFailed')
  const write = purpose === 'confirm' ? confirmationLetter : resetLetter
  try {
    await mailer.send(app.id, write(config, app, { to: account.email, ...token }))
  } catch (cause) {
    log.error('a letter could not be sent', { err: cause, app: app.clientAppId, purpose })
    throw new AppError('mailFailed', {}, { cause })
  }
}

type ForAccount = { readonly account: PasswordAccount; readonly purpose: TokenPurpose }

/**
 * Makes a token for an account that is there. Anybody may ask for one, and it sends a letter or runs a function: so
 * they are counted.
 *
 * @throws `tooManyRequests` when many were made for the address within the hour
 */
export const addNewToken = async (
  deps: Deps,
  app: App,
  { account, purpose }: ForAccount,
): Promise<OneTimeToken> => {
  const counter = { key: counterKey(app, 'letter', account.key), free: freeLetters }
  for (const { wait } of await readCounters(deps, [counter])) refuseToWait(wait)
  const { token, kept } = makeToken(deps, purpose)
  await Promise.all([deps.store.passwords.addToken(account, kept), count(deps, counter)])
  return token
}

/**
 * Makes a token for an account that is there, and sends it.
 *
 * @throws `mailFailed`; `tooManyRequests` when the address was sent many letters within the hour
 */
export const sendNewToken = async (deps: Deps, app: App, about: ForAccount): Promise<void> => {
  const token = await addNewToken(deps, app, about)
  await sendLetter(deps, app, { ...about, token })
}

/**
 * What a token sent by a client must match.
 *
 * @throws `tokenUnreadable` when it cannot be a token of ours
 */
export const readToken = (
  { now }: Deps,
  app: App,
  { purpose, ...token }: OneTimeToken & { readonly purpose: TokenPurpose },
): TokenProof => {
  if (!isOneTimeToken(token)) throw new AppError('tokenUnreadable')
  const hash = hashOneTimeToken(token.token)
  return { appId: app.id, id: token.tokenId, hash, purpose, now: now() }
}
