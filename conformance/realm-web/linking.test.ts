import { Credentials } from 'realm-web'
import { describe, expect, it } from 'vitest'
import { newAccount, openApp, rejection } from './open-app.ts'

const app = {
  providers: [
    'anon-user',
    'local-userpass',
    { type: 'custom-function', config: { authFunctionName: 'auth' } },
  ],
  functions: { auth: { source: 'exports = ({ id }) => id', private: true } },
} as const

const types = (user: { identities: { providerType: string }[] }): string[] =>
  user.identities.map(({ providerType }) => providerType)

describe('realm-web: linking', () => {
  it('adds identities one after the other, and each then logs in to the same user', async () => {
    await using opened = await openApp({ app })
    const account = newAccount()
    await opened.app.emailPasswordAuth.registerUser(account)
    const byMail = Credentials.emailPassword(account.email, account.password)
    const byFunction = Credentials.function({ id: 'ada' })
    const user = await opened.app.logIn(Credentials.anonymous())
    const { id } = user

    await user.linkCredentials(byMail)
    await user.linkCredentials(byFunction)

    expect(types(user)).toEqual(['anon-user', 'local-userpass', 'custom-function'])
    expect(user.profile.email).toBe(account.email)
    for (const credentials of [byMail, byFunction]) {
      expect((await opened.anotherDevice().logIn(credentials)).id).toBe(id)
    }
  })

  it('of the same credentials again changes nothing', async () => {
    await using opened = await openApp({ app })
    const user = await opened.app.logIn(Credentials.anonymous())

    await user.linkCredentials(Credentials.function({ id: 'ada' }))
    await user.linkCredentials(Credentials.function({ id: 'ada' }))

    expect(types(user)).toEqual(['anon-user', 'custom-function'])
  })

  it('of what belongs to another user is refused once, without refreshing for ever', async () => {
    await using opened = await openApp({ app })
    const other = await opened.anotherDevice().logIn(Credentials.function({ id: 'ada' }))
    const user = await opened.app.logIn(Credentials.anonymous())
    const requests = () => opened.server.logs().filter(({ msg }) => msg === 'request').length

    const before = requests()
    const refused = await rejection(user.linkCredentials(Credentials.function({ id: 'ada' })))

    expect(refused).toMatchObject({ statusCode: 401, errorCode: 'AuthError' })
    expect(refused.error).toContain('unauthorized')
    expect(requests() - before).toBeLessThan(4)
    expect(other.id).not.toBe(user.id)
  })
})

describe('realm-web: credentials that are refused', () => {
  const source = `exports = ({ id }) => {
    if (id === undefined) throw new Error('unauthorized')
    return id
  }`
  const strict = {
    providers: [
      'anon-user',
      'api-key',
      {
        type: 'local-userpass',
        config: { autoConfirm: false, confirmationFunctionName: 'wait' },
      },
      { type: 'custom-function', config: { authFunctionName: 'auth' } },
      {
        type: 'custom-token',
        config: { signingAlgorithm: 'HS256' },
        secretConfig: { signingKeys: ['idpKey'] },
      },
    ],
    functions: { auth: { source }, wait: { source: "exports = () => ({ status: 'pending' })" } },
    secrets: { idpKey: 'My_very_confidential_secretttttt' },
  } as const
  const { email, password } = newAccount()
  const authError = 'AuthError'
  const cases = [
    [
      'an unknown address',
      Credentials.emailPassword('eve@example.com', password),
      'InvalidPassword',
    ],
    ['a wrong password', Credentials.emailPassword(email, 'wrong password'), 'InvalidPassword'],
    ['an address that is not confirmed', Credentials.emailPassword(email, password), authError],
    ['an API key', Credentials.apiKey('a key that nobody made'), authError],
    ['a JWT', Credentials.jwt('a.b.c'), authError],
    ['what a function refuses with that word', Credentials.function({}), authError],
  ] as const

  it.each(cases)('%s: a link asks once, not for ever', async (_name, credentials, errorCode) => {
    await using opened = await openApp({ app: strict })
    await opened.app.emailPasswordAuth.registerUser({ email, password })
    const user = await opened.app.logIn(Credentials.anonymous())
    const requests = () => opened.server.logs().filter(({ msg }) => msg === 'request').length
    const before = requests()

    const refused = await rejection(user.linkCredentials(credentials))

    expect(refused).toMatchObject({
      statusCode: 401,
      error: 'unauthorized: these credentials cannot be linked',
      errorCode,
    })
    expect(requests() - before).toBe(1)
    expect(user.isLoggedIn).toBe(true)
    expect(types(user)).toEqual(['anon-user'])
  })
})
