import { openIdClient, withOpenIdProvider } from './openid.ts'
import { codeOf, confirm, logIn, refusalOf } from './people.ts'
import { userOf } from './stage.ts'
import type { Step } from './step.ts'

const kinds = (user: { readonly identities: readonly { readonly providerType: string }[] }) =>
  user.identities.map(({ providerType }) => providerType).join(', ')

/** One person, from a guest with nothing to a user with several credentials. */
export const life: readonly Step[] = [
  {
    title: 'guest',
    play: async stage => {
      const { Credentials } = await import('@regent/sdk')
      try {
        stage.ada.user = await stage.app.logIn(Credentials.anonymous())
      } catch (error) {
        if (codeOf(error) === 'AuthProviderNotFound')
          return 'skipped: the app has no anonymous log-in'
        throw error
      }
      return `Ada is here without a name: user ${stage.ada.user.id}`
    },
  },
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
    title: 'link e-mail',
    play: async stage => {
      const { Credentials } = await import('@regent/sdk')
      const { ada } = stage
      if (!ada.user) return `logged in, ${(await logIn(stage, ada)).id}`
      const { id } = ada.user
      await ada.user.linkCredentials(Credentials.emailPassword(ada.email, ada.password))
      if (ada.user.id !== id) throw new Error('linking changed the id of the user')
      return `still user ${id}, now with ${kinds(ada.user)}`
    },
  },
  {
    title: 'link Google',
    play: async stage => {
      const { Credentials } = await import('@regent/sdk')
      const user = userOf(stage.ada)
      return withOpenIdProvider(stage.openIdPort, async provider => {
        const idToken = await provider.idTokenFor({ clientId: openIdClient })
        try {
          await user.linkCredentials(Credentials.google({ idToken }))
        } catch (error) {
          if (['AuthProviderNotFound', 'AuthError'].includes(codeOf(error) ?? ''))
            return 'skipped: oauth2-google of the app does not trust the OpenID provider of the demo'
          throw error
        }
        return `an ID token of ${provider.issuer}: ${kinds(user)}`
      })
    },
  },
  {
    title: 'profile',
    play: async ({ ada }) => {
      const { email, name } = userOf(ada).profile
      return `${name === undefined ? '' : `${name}, `}${email}, as the server knows it`
    },
  },
  {
    title: 'function',
    play: async ({ ada }) => {
      try {
        const answer = await userOf(ada).callFunction('greet', 'Ada')
        return `greet said ${JSON.stringify(answer)}`
      } catch (error) {
        if (codeOf(error) === 'FunctionNotFound') return 'skipped: the app has no function greet'
        throw error
      }
    },
  },
  {
    title: 'API key',
    play: async stage => {
      const { Credentials } = await import('@regent/sdk')
      const user = userOf(stage.ada)
      try {
        const made = await user.apiKeys.create('demo')
        const robot = await stage.phone.logIn(Credentials.apiKey(made.key))
        if (robot.id !== user.id) throw new Error('the key opened another user')
        await user.apiKeys.delete(made._id)
        const refusal = await refusalOf(stage.phone.logIn(Credentials.apiKey(made.key)))
        return `made, logged in with as the same user, deleted: ${refusal}`
      } catch (error) {
        if (codeOf(error) === 'AuthProviderNotFound') return 'skipped: the app has no API keys'
        throw error
      }
    },
  },
  {
    title: 'second device',
    play: async stage => {
      const phone = await logIn(stage, { ...stage.ada }, stage.phone)
      const sessions = await userOf(stage.ada).sessions.list()
      stage.phoneSession = sessions.find(({ device }) => device.id === phone.deviceId)?.id
      return `the same user on a phone: ${sessions.length} sessions`
    },
  },
  {
    title: 'end a session',
    play: async stage => {
      if (stage.phoneSession === undefined) throw new Error('the phone has no session')
      await userOf(stage.ada).sessions.end(stage.phoneSession)
      const phone = stage.phone.currentUser
      if (!phone) throw new Error('the phone has no user')
      return `the phone's, from here; its next refresh: ${await refusalOf(phone.refreshCustomData())}`
    },
  },
  {
    title: 'unlink',
    play: async stage => {
      const user = userOf(stage.ada)
      const google = user.identities.find(({ providerType }) => providerType === 'oauth2-google')
      if (!google) return 'skipped: there is no Google identity'
      await user.unlinkCredentials(google)
      return `Google is gone: ${kinds(user)}`
    },
  },
]
