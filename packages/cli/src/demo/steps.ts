import { Credentials, RegentError } from '@regent/sdk'
import { CliError } from '../errors.ts'
import { type Person, type Stage, userOf } from './stage.ts'
import type { Step } from './step.ts'

/** The life of a few users, in order. */
export const steps: readonly Step[] = [
  {
    title: 'register',
    play: async ({ app, ada }) => {
      await app.emailPasswordAuth.registerUser(ada)
      return ada.email
    },
  },
  {
    title: 'confirm',
    play: async stage => confirm(stage, stage.ada),
  },
  {
    title: 'log in',
    play: async stage => {
      const user = await logIn(stage, stage.ada)
      return `user ${user.id}, device ${user.deviceId}`
    },
  },
  {
    title: 'profile',
    play: async ({ ada }) => `${userOf(ada).profile.email}, as the server knows it`,
  },
  {
    title: 'wrong password',
    play: async ({ app, ada }) => {
      const attempt = app.logIn(Credentials.emailPassword(ada.email, 'not the password'))
      return `refused: ${await refusalOf(attempt)}`
    },
  },
  {
    title: 'second user',
    play: async stage => {
      await stage.app.emailPasswordAuth.registerUser(stage.bob)
      await confirm(stage, stage.bob)
      await logIn(stage, stage.bob)
      return `${stage.bob.email}, now the current one`
    },
  },
  {
    title: 'guest',
    play: async stage => {
      const { app } = stage
      try {
        stage.guest = await app.logIn(Credentials.anonymous())
      } catch (error) {
        if (codeOf(error) === 'AuthProviderNotFound')
          return 'skipped: the app has no anonymous log-in'
        throw error
      }
      return `anonymous, ${Object.keys(app.allUsers).length} users on this device`
    },
  },
  {
    title: 'switch',
    play: async ({ app, ada }) => {
      app.switchUser(userOf(ada))
      return `back to ${app.currentUser?.profile.email}`
    },
  },
  {
    title: 'refresh',
    play: async ({ ada }) => {
      const user = userOf(ada)
      const before = user.accessToken
      await user.refreshCustomData()
      if (user.accessToken === before) throw new Error('the access token is still the old one')
      return 'a new access token, no password needed'
    },
  },
  {
    title: 'log out',
    play: async ({ app, bob }) => {
      await userOf(bob).logOut()
      return `${bob.email} is ${userOf(bob).state}, ${app.currentUser?.profile.email} stays`
    },
  },
  {
    title: 'reset',
    play: async stage => resetPassword(stage, stage.bob),
  },
  {
    title: 'delete',
    play: async stage => {
      const { app, ada, bob, guest } = stage
      await app.deleteUser(await logIn(stage, bob))
      await app.deleteUser(userOf(ada))
      if (guest) await app.deleteUser(guest)
      return `${Object.keys(app.allUsers).length} users left on this device`
    },
  },
  {
    title: 'gone',
    play: async ({ app, ada }) =>
      `logging in again is refused: ${await refusalOf(app.logIn(Credentials.emailPassword(ada.email, ada.password)))}`,
  },
]

const logIn = async ({ app }: Stage, person: Person) => {
  person.user = await app.logIn(Credentials.emailPassword(person.email, person.password))
  return person.user
}

const confirm = async (stage: Stage, { email }: Person): Promise<string> => {
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

const resetPassword = async (stage: Stage, person: Person): Promise<string> => {
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
const refusalOf = async (attempt: Promise<unknown>): Promise<string> => {
  try {
    await attempt
  } catch (error) {
    const code = codeOf(error)
    if (code === undefined) throw error
    return code
  }
  throw new Error('it was not refused')
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof RegentError ? error.errorCode : undefined
