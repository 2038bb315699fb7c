import { createHmac } from 'node:crypto'
import { Credentials } from 'realm-web'
import { describe, expect, it } from 'vitest'
import { openApp, rejection } from './open-app.ts'

const secret = 'My_very_confidential_secretttttt'

const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url')

/** A token of the app's own login system, signed with HS256. */
const signToken = (claims: Readonly<Record<string, unknown>>, key = secret): string => {
  const now = Math.floor(Date.now() / 1000)
  const all = { iat: now, exp: now + 600, aud: 'any-audience', ...claims }
  const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(all)}`
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`
}

const customToken = {
  type: 'custom-token',
  config: { audience: '', requireAnyAudience: false, signingAlgorithm: 'HS256', useJWKURI: false },
  secretConfig: { signingKeys: ['idpKey'] },
  metadataFields: [
    { required: true, name: 'mySecretField.name', fieldName: 'name' },
    { required: false, name: 'occupation', fieldName: 'occupation' },
  ],
} as const

describe('realm-web: custom JWT', () => {
  const open = () => openApp({ app: { providers: [customToken], secrets: { idpKey: secret } } })

  it('logs in: the same subject is the same user, and the profile is what is mapped', async () => {
    await using opened = await open()
    const claims = {
      sub: 'frank',
      mySecretField: { name: 'Frank' },
      occupation: 'programmer',
      x: 1,
    }

    const user = await opened.app.logIn(Credentials.jwt(signToken(claims)))
    const again = await opened
      .anotherDevice()
      .logIn(Credentials.jwt(signToken({ ...claims, occupation: 'gardener' })))

    expect(user.identities).toEqual([{ id: 'frank', providerType: 'custom-token' }])
    expect(user.profile).toEqual({ name: 'Frank', occupation: 'programmer' })
    expect(again.id).toBe(user.id)
    expect(again.profile).toEqual({ name: 'Frank', occupation: 'gardener' })
  })

  it('refuses a foreign signature and a missing required claim', async () => {
    await using opened = await open()
    const good = { sub: 'frank', mySecretField: { name: 'Frank' } }
    const tokens = [signToken(good, `${secret}x`), signToken({ sub: 'frank' }), 'a.b.c', '']

    for (const token of tokens) {
      expect(await rejection(opened.app.logIn(Credentials.jwt(token)))).toMatchObject({
        statusCode: 401,
        error: 'unauthorized',
        errorCode: 'AuthError',
      })
    }
  })
})

describe('realm-web: custom function', () => {
  const source = `exports = async payload => {
    if (payload.secret !== 'v3ry-s3cret') throw new Error('Username or password is wrong')
    return { id: payload.username, name: 'Mr. ' + payload.username }
  }`
  const app = {
    providers: ['anon-user', { type: 'custom-function', config: { authFunctionName: 'auth' } }],
    functions: { auth: { source, private: true, runAsSystem: true } },
  } as const

  it('logs in who the function names: the same name is the same user', async () => {
    await using opened = await openApp({ app })
    const credentials = Credentials.function({ username: 'ada', secret: 'v3ry-s3cret' })

    const user = await opened.app.logIn(credentials)
    const again = await opened.anotherDevice().logIn(credentials)

    expect(user.identities).toEqual([{ id: 'ada', providerType: 'custom-function' }])
    expect(user.profile.name).toBe('Mr. ada')
    expect(again.id).toBe(user.id)
  })

  it('refuses with the message that the function throws', async () => {
    await using opened = await openApp({ app })

    const refused = await rejection(
      opened.app.logIn(Credentials.function({ username: 'ada', secret: 'guessed' })),
    )

    expect(refused).toMatchObject({ statusCode: 401, errorCode: 'AuthError' })
    expect(refused.error).toContain('Username or password is wrong')
  })
})
