import { serverPaths } from '@regent/protocol'
import type { RunningConfig } from '../config.ts'
import type { App, EmailPasswordConfig } from '../domain/app.ts'
import { isMailAddress } from '../domain/email.ts'
import { AppError } from '../errors.ts'
import { builtInLetters } from './built-in.ts'
import type { Letter } from './mailer.ts'
import { fillTemplate } from './template.ts'

/** Whom a letter is for, and the one-time token it carries. */
export type LetterInput = {
  /** The address as typed at registration. */
  readonly to: string
  readonly token: string
  readonly tokenId: string
}

type Kind = {
  readonly template: 'confirm' | 'reset'
  readonly page: string
  readonly url: (config: Partial<EmailPasswordConfig>) => string | undefined
  readonly subject: (config: Partial<EmailPasswordConfig>) => string | undefined
}

const confirmation: Kind = {
  template: 'confirm',
  page: serverPaths.confirmPage(),
  url: config => config.emailConfirmationUrl,
  subject: config => config.confirmEmailSubject,
}

const passwordReset: Kind = {
  template: 'reset',
  page: serverPaths.resetPage(),
  url: config => config.resetPasswordUrl,
  subject: config => config.resetPasswordSubject,
}

const configOf = (app: App): Partial<EmailPasswordConfig> =>
  app.providers.find(({ type }) => type === 'local-userpass')?.config ?? {}

/** The app's own address with the token added, or the built-in page when it has none. */
const linkOf = (config: RunningConfig, app: App, kind: Kind, { token, tokenId }: LetterInput) => {
  const own = kind.url(configOf(app))
  const url = new URL(own ?? `${config.publicUrl}${kind.page}`)
  if (own === undefined) url.searchParams.set('app', app.clientAppId)
  url.searchParams.set('token', token)
  url.searchParams.set('tokenId', tokenId)
  return url.href
}

const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim()

const write = (config: RunningConfig, app: App, kind: Kind, input: LetterInput): Letter => {
  if (!isMailAddress(input.to)) throw new AppError('emailInvalid')
  const link = linkOf(config, app, kind, input)
  const own = app.mail[kind.template] ?? {}
  const subject = kind.subject(configOf(app))
  const template = { ...builtInLetters[kind.template], ...(subject && { subject }), ...own }
  const values = {
    link,
    email: input.to,
    app: app.name,
    token: input.token,
    tokenId: input.tokenId,
  }
  const filled = fillTemplate(template, values)
  return { to: input.to, link, ...filled, subject: oneLine(filled.subject) }
}

/**
 * The letter with which an address is confirmed. Its subject comes from the app's template, else from the
 * provider's `confirmEmailSubject`, else it is the built-in one.
 *
 * @throws `emailInvalid` for an address that would read as more than one, or break a mail header.
 */
export const confirmationLetter = (config: RunningConfig, app: App, input: LetterInput): Letter =>
  write(config, app, confirmation, input)

/**
 * The letter with which a password is reset; subject as for `confirmationLetter`, with `resetPasswordSubject`.
 *
 * @throws `emailInvalid` as `confirmationLetter`.
 */
export const resetLetter = (config: RunningConfig, app: App, input: LetterInput): Letter =>
  write(config, app, passwordReset, input)
