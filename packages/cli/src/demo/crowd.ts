import { confirm, logIn, refusalOf, resetPassword } from './people.ts'
import { userOf } from './stage.ts'
import type { Step } from './step.ts'

/** A second user on the same device. */
export const crowd: readonly Step[] = [
  {
    title: 'wrong password',
    play: async ({ app, ada }) => {
      const { Credentials } = await import('@regent/sdk')
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
      return `${stage.bob.email}, now the current one of ${Object.keys(stage.app.allUsers).length}`
    },
  },
  {
    title: 'switch',
    play: async ({ app, ada }) => {
      app.switchUser(userOf(ada))
      return `back to ${app.currentUser?.profile.email}`
    },
  },
]

/** The end of both. */
export const farewell: readonly Step[] = [
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
      const { app, ada, bob } = stage
      await app.deleteUser(await logIn(stage, bob))
      await app.deleteUser(userOf(ada))
      return `${Object.keys(app.allUsers).length} users left on this device`
    },
  },
  {
    title: 'gone',
    play: async ({ app, ada }) => {
      const { Credentials } = await import('@regent/sdk')
      const attempt = app.logIn(Credentials.emailPassword(ada.email, ada.password))
      return `logging in again is refused: ${await refusalOf(attempt)}`
    },
  },
]
