import type { App, User } from '@regent/sdk'
import { CliError } from '../errors.ts'
import type { Person, Stage } from './stage.ts'

/** Logs a person in with the password, by default on the first device. */
export const logIn = async (
  stage: Stage,
  person: Person,
  device: App = stage.app,
): Promise<User> => {
  const { Credentials } = await import('@regent/sdk')
  person.user = await device.logIn(Credentials.emailPassword(person.email, person.password))
  return person.user
}

/** Confirms a registration with the link of its letter. */
export const confirm = async (stage: Stage, { email }: Person): Promise<string> => {
  const letter = await stage.findLetter(email)
  if (!letter) return confirmedWithoutLetter(stage, email)
  await stage.app.emailPasswordAuth.confirmUser(tokensOf(letter.link))
  return `with the link of the letter "${letter.subject}"`
}

/** An app may confirm at once; otherwise the letter really left and nobody here can read it. */
const confirmedWithoutLetter = async ({ app }: Stage, email: string): Promise<string> => {
  const refusal = await refusalOf(app.emailPasswordAuth.resendConfirmationEmail({ email }))
  if (refusal === 'UserAlreadyConfirmed') return 'not needed, this app confirms at once'
  throw new CliError('demoStopped', {
    detail: `the letter to ${email} is not in the mailbox of the server.`,
    fix: 'It was sent by SMTP: start the server without REGENT_MAIL, then run the demo again.',
  })
}

/** Sets a new password with the link of a letter. */
export const resetPassword = async (stage: Stage, person: Person): Promise<string> => {
  const { Credentials } = await import('@regent/sdk')
  const { app } = stage
  await app.emailPasswordAuth.sendResetPasswordEmail({ email: person.email })
  const letter = await stage.findLetter(person.email)
  if (!letter) throw new Error(`there is no letter to ${person.email}`)
  const password = `${person.password}, new`
  await app.emailPasswordAuth.resetPassword({ password, ...tokensOf(letter.link) })
  const old = await refusalOf(app.logIn(Credentials.emailPassword(person.email, person.password)))
  stage.bob = { ...person, password }
  return `new password for ${person.email}, the old one is refused: ${old}`
}

const tokensOf = (link: string): { token: string; tokenId: string } => {
  const { searchParams } = new URL(link)
  return { token: searchParams.get('token') ?? '', tokenId: searchParams.get('tokenId') ?? '' }
}

/** The code of the refusal; it is a failure of the demo when there is none. */
export const refusalOf = async (attempt: Promise<unknown>): Promise<string> => {
  try {
    await attempt
  } catch (error) {
    const code = codeOf(error)
    if (code === undefined) throw error
    return code
  }
  throw new Error('it was not refused')
}

/** The server's `error_code`, of whatever was thrown. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'errorCode' in error
    ? (error.errorCode as string | undefined)
    : undefined
