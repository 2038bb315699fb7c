import { Credentials } from 'realm-web'
import { describe, expect, it } from 'vitest'
import { newAccount, openApp, rejection } from './open-app.ts'

const byMail = {
  app: { providers: [{ type: 'local-userpass', config: { autoConfirm: false } }] },
} as const

const tokensOf = (link: string): { token: string; tokenId: string } => {
  const { searchParams } = new URL(link)
  return { token: searchParams.get('token') ?? '', tokenId: searchParams.get('tokenId') ?? '' }
}

describe('realm-web: e-mail/password users', () => {
  it('register, log in, and read the e-mail in the profile', async () => {
    await using opened = await openApp()
    const { app } = opened
    const { email, password } = newAccount()

    await app.emailPasswordAuth.registerUser({ email, password })
    const user = await app.logIn(Credentials.emailPassword(email, password))

    expect(user.providerType).toBe('local-userpass')
    expect(user.profile.email).toBe(email)
    expect(user.identities.map(identity => identity.providerType)).toEqual(['local-userpass'])
  })

  it('confirm by the letter before the first login', async () => {
    await using opened = await openApp(byMail)
    const { app, server } = opened
    const { email, password } = newAccount()
    await app.emailPasswordAuth.registerUser({ email, password })

    const early = await rejection(app.logIn(Credentials.emailPassword(email, password)))
    const letters = await server.mailbox()
    await app.emailPasswordAuth.confirmUser(tokensOf(letters[0]?.link ?? ''))
    const user = await app.logIn(Credentials.emailPassword(email, password))

    expect(early).toMatchObject({
      statusCode: 401,
      error: 'unauthorized',
      errorCode: 'AuthError',
    })
    expect(letters.map(letter => letter.to)).toEqual([email])
    expect(user.isLoggedIn).toBe(true)
  })

  it('get another letter on request, and the answer `already confirmed` afterwards', async () => {
    await using opened = await openApp(byMail)
    const { app, server } = opened
    const { email, password } = newAccount()
    await app.emailPasswordAuth.registerUser({ email, password })

    await app.emailPasswordAuth.resendConfirmationEmail({ email })
    const letters = await server.mailbox()
    const newest = letters.find(letter => letter.link !== letters.at(-1)?.link) ?? letters[0]
    await app.emailPasswordAuth.confirmUser(tokensOf(newest?.link ?? ''))
    const again = await rejection(app.emailPasswordAuth.resendConfirmationEmail({ email }))

    expect(letters).toHaveLength(2)
    expect(again).toMatchObject({ statusCode: 400, error: 'already confirmed' })
    expect(again.errorCode).toBe('UserAlreadyConfirmed')
  })

  it('reset a forgotten password by the letter; the old one opens nothing', async () => {
    await using opened = await openApp()
    const { app, server } = opened
    const { email, password } = newAccount()
    await app.emailPasswordAuth.registerUser({ email, password })

    await app.emailPasswordAuth.sendResetPasswordEmail({ email })
    const [letter] = await server.mailbox()
    await app.emailPasswordAuth.resetPassword({
      password: 'another battery',
      ...tokensOf(letter?.link ?? ''),
    })
    const old = await rejection(app.logIn(Credentials.emailPassword(email, password)))
    const user = await app.logIn(Credentials.emailPassword(email, 'another battery'))

    expect(old).toMatchObject({ error: 'unauthorized', errorCode: 'InvalidPassword' })
    expect(user.profile.email).toBe(email)
  })

  it('are refused with one answer for a wrong password and for nobody', async () => {
    await using opened = await openApp()
    const { app } = opened
    const { email, password } = newAccount()
    await app.emailPasswordAuth.registerUser({ email, password })

    const wrong = await rejection(app.logIn(Credentials.emailPassword(email, 'wrong one')))
    const nobody = await rejection(app.logIn(Credentials.emailPassword('x@y.example', password)))

    for (const refused of [wrong, nobody]) {
      expect(refused.statusCode).toBe(401)
      expect(refused.error).toBe('unauthorized')
      expect(refused.errorCode).toBe('InvalidPassword')
      expect(refused.link).toContain(`${opened.server.url}/`)
      expect(refused.link).toContain('logs?co_id=')
    }
  })

  it('meet the documented refusals', async () => {
    await using opened = await openApp()
    const auth = opened.app.emailPasswordAuth
    const { email, password } = newAccount()
    await auth.registerUser({ email, password })

    const taken = await rejection(auth.registerUser({ email, password }))
    const short = await rejection(auth.registerUser({ email: 'b@example.com', password: '12345' }))
    const garbage = await rejection(auth.confirmUser({ token: 'e30=', tokenId: 'e30=' }))
    const rerun = await rejection(auth.retryCustomConfirmation({ email }))
    const resend = await rejection(auth.resendConfirmationEmail({ email }))
    const unknown = await rejection(auth.sendResetPasswordEmail({ email: 'nobody@example.com' }))

    expect(taken).toMatchObject({ error: 'name already in use', errorCode: 'AccountNameInUse' })
    expect(short.error).toBe('password must be between 6 and 128 characters')
    expect(garbage.error).toBe('invalid token data')
    expect(rerun.error).toBe(
      `cannot run confirmation for ${email}: automatic confirmation is enabled`,
    )
    expect(resend.error).toBe('already confirmed')
    expect(unknown).toMatchObject({ error: 'user not found', errorCode: 'UserNotFound' })
  })
})

describe('realm-web: e-mail and password by functions', () => {
  const functions = {
    confirm: `exports = ({ username, token, tokenId }) => {
      if (username.startsWith('fail')) return { status: 'fail' }
      if (username.startsWith('slow')) return { status: context.values.get('open') ? 'success' : 'pending' }
      return { status: 'success' }
    }`,
    reset: `exports = ({ currentPasswordValid }, answer) => ({
      status: answer === 'blue' && !currentPasswordValid ? 'success' : 'fail',
    })`,
  } as const
  const config = {
    autoConfirm: false,
    runConfirmationFunction: true,
    confirmationFunctionName: 'confirm',
    runResetFunction: true,
    resetFunctionName: 'reset',
  }
  const app = { providers: [{ type: 'local-userpass', config }], functions } as const

  it('registers who the function confirms, and nobody else', async () => {
    await using opened = await openApp({ app })
    const { password } = newAccount()
    const register = (email: string) =>
      opened.app.emailPasswordAuth.registerUser({ email, password })

    await register('ada@example.com')
    const user = await opened.app.logIn(Credentials.emailPassword('ada@example.com', password))
    const failed = await rejection(register('fail@example.com'))
    await register('slow@example.com')
    const pending = await rejection(
      opened.app.logIn(Credentials.emailPassword('slow@example.com', password)),
    )

    expect(user.profile.email).toBe('ada@example.com')
    expect(failed).toMatchObject({
      statusCode: 400,
      errorCode: 'BadRequest',
      error: 'failed to confirm user "fail@example.com"',
    })
    expect(pending).toMatchObject({
      statusCode: 401,
      error: 'unauthorized',
      errorCode: 'AuthError',
    })
  })

  it('runs the confirmation again for who waits', async () => {
    await using opened = await openApp({ app: { ...app, values: { open: true } } })
    await using closed = await openApp({ app })
    const { password } = newAccount()
    const email = 'slow@example.com'
    await closed.app.emailPasswordAuth.registerUser({ email, password })
    await opened.app.emailPasswordAuth.registerUser({ email, password })

    await closed.app.emailPasswordAuth.retryCustomConfirmation({ email })
    const confirmed = await rejection(
      opened.app.emailPasswordAuth.retryCustomConfirmation({ email }),
    )

    expect(confirmed).toMatchObject({ statusCode: 400, error: 'already confirmed' })
  })

  it('resets a password when the function says so', async () => {
    await using opened = await openApp({ app })
    const { email, password } = newAccount()
    await opened.app.emailPasswordAuth.registerUser({ email, password })
    const call = (answer: string, next = 'a new password') =>
      opened.app.emailPasswordAuth.callResetPasswordFunction({ email, password: next }, answer)

    const wrong = await rejection(call('red'))
    const same = await rejection(call('blue', password))
    await call('blue')
    const user = await opened.app.logIn(Credentials.emailPassword(email, 'a new password'))
    const byMail = await rejection(opened.app.emailPasswordAuth.sendResetPasswordEmail({ email }))

    for (const refused of [wrong, same]) {
      expect(refused).toMatchObject({
        statusCode: 400,
        error: `failed to reset password for user "${email}"`,
      })
    }
    expect(user.profile.email).toBe(email)
    expect(byMail.error).toBe('please use reset password via function')
  })
})
