import { describe, expect, it } from 'vitest'
import { confirm } from '../../src/use-cases/email-password/confirm.ts'
import { register } from '../../src/use-cases/email-password/register.ts'
import { rerunConfirmation } from '../../src/use-cases/email-password/rerun-confirmation.ts'
import { resendConfirmation } from '../../src/use-cases/email-password/resend-confirmation.ts'
import { reset } from '../../src/use-cases/email-password/reset.ts'
import { resetByFunction } from '../../src/use-cases/email-password/reset-by-function.ts'
import { sendReset } from '../../src/use-cases/email-password/send-reset.ts'
import { refreshSession } from '../../src/use-cases/refresh-session.ts'
import { anonymousProvider, emailProvider } from '../deps/open-deps.ts'
import {
  ada,
  logInByEmail,
  newestToken,
  openShop,
  refusal,
  registerAda,
  type Shop,
} from './people.ts'

const minuteMs = 60_000
const byMail = { providers: [anonymousProvider, emailProvider({ autoConfirm: false })] }
const openMailShop = (): Promise<Shop> => openShop(byMail)

const unsendable: Shop['deps']['mailer'] = {
  send: async () => {
    throw new Error('the mail server hung up')
  },
  close: async () => {},
}

describe('a registration', () => {
  it('is good at once where confirmation is automatic, and the address is kept as typed', async () => {
    await using shop = await openShop()

    await register(shop.deps, shop.app, { email: 'Ada@Example.com', password: 'ada-secret' })

    const { user } = await logInByEmail(shop, { email: 'ADA@example.com' })
    expect(user.identities).toMatchObject([
      { providerType: 'local-userpass', data: { email: 'Ada@Example.com' } },
    ])
    expect((await logInByEmail(shop)).user.id).toBe(user.id)
  })

  it('of one address is taken once, however many come at the same time', async () => {
    await using shop = await openShop()
    const spellings = ['ada@example.com', 'Ada@Example.com', 'ADA@EXAMPLE.COM', 'ａda@example.com']

    const results = await Promise.allSettled(
      spellings.map(email => register(shop.deps, shop.app, { email, password: 'ada-secret' })),
    )

    const refused = results.filter(result => result.status === 'rejected')
    expect(refused).toHaveLength(3)
    for (const { reason } of refused) expect(reason).toMatchObject(refusal('nameInUse'))
  })

  it('is refused for short and long passwords, broken text and what is no name, and leaves nothing', async () => {
    await using shop = await openShop()
    const { deps, app, store } = shop
    const tries = [
      [{ ...ada, password: '12345' }, 'passwordLength'],
      [{ ...ada, password: '' }, 'passwordLength'],
      [{ ...ada, password: 'x'.repeat(129) }, 'passwordLength'],
      [{ ...ada, password: 'half \ud800 a pair' }, 'fieldInvalid'],
      [{ ...ada, email: '' }, 'emailInvalid'],
      [{ ...ada, email: 'a\r\nBcc: b@example.com' }, 'emailInvalid'],
    ] as const

    for (const [input, name] of tries) {
      await expect(register(deps, app, input)).rejects.toMatchObject(refusal(name))
    }
    expect(await store.passwords.find(app.id, ada.email)).toBeUndefined()
  })

  it('needs an address that a letter can reach where confirmation is by mail', async () => {
    await using shop = await openMailShop()

    for (const email of ['my-very-own-username', 'a@b@c', 'a@b.c, d@e.f']) {
      const attempt = register(shop.deps, shop.app, { ...ada, email })
      await expect(attempt).rejects.toMatchObject({
        ...refusal('emailInvalid'),
        message: 'email invalid',
      })
    }
  })

  it('that no letter could be sent for leaves nothing, and may be tried again', async () => {
    await using shop = await openMailShop()
    const broken = { ...shop.deps, mailer: unsendable }

    await expect(register(broken, shop.app, ada)).rejects.toMatchObject({
      ...refusal('mailFailed'),
      message: 'error processing request',
    })

    expect(await shop.store.passwords.find(shop.app.id, ada.email)).toBeUndefined()
    await registerAda(shop)
  })

  it('is refused where the provider is off', async () => {
    await using shop = await openShop({ providers: [anonymousProvider] })

    await expect(registerAda(shop)).rejects.toMatchObject(refusal('providerNotFound'))
  })
})

describe('a log-in with e-mail and password', () => {
  it('answers a wrong password and an unknown address alike', async () => {
    await using shop = await openShop()
    await registerAda(shop)
    const wrong = [
      { password: 'not-the-one' },
      { password: 'ADA-SECRET' },
      { password: ' ada-secret' },
      { email: 'eve@example.com' },
      { email: '' },
      { password: '' },
      { password: 'x'.repeat(1_000_000) },
      { email: 'x'.repeat(1_000_000) },
      { password: 'half \ud800 a pair' },
    ]

    for (const entry of wrong) {
      await expect(logInByEmail(shop, entry)).rejects.toMatchObject({
        ...refusal('invalidPassword'),
        message: 'unauthorized',
      })
    }
  })

  it('takes strings only', async () => {
    await using shop = await openShop()
    await registerAda(shop)
    const objects = [{ $ne: null }, { $gt: '' }, { $regex: '.*' }, ['ada@example.com'], 1, true]

    for (const value of objects) {
      const entries = [{ email: value as never }, { password: value as never }]
      for (const entry of entries) {
        await expect(logInByEmail(shop, entry)).rejects.toMatchObject(refusal('fieldInvalid'))
      }
    }
  })

  it('makes one user, however many log in for the first time at once', async () => {
    await using shop = await openShop()
    await registerAda(shop)

    const logins = await Promise.all(Array.from({ length: 8 }, () => logInByEmail(shop)))

    const [first] = logins
    expect(new Set(logins.map(({ user }) => user.id)).size).toBe(1)
    expect(await shop.store.sessions.listByUser(first?.user.id ?? '')).toHaveLength(8)
    expect(
      await shop.store.users.listByApp(shop.app.id, { after: undefined, limit: 9 }),
    ).toHaveLength(1)
  })

  it('hashes anew what was hashed with other parameters', async () => {
    await using shop = await openShop()
    await registerAda(shop)
    const before = await shop.store.passwords.find(shop.app.id, ada.email)
    const { openPasswords } = await import('../../src/security/passwords.ts')
    const stronger = { ...shop.deps, passwords: openPasswords({ memoryKib: 128, passes: 1 }) }

    await logInByEmail({ ...shop, deps: stronger })

    const after = await shop.store.passwords.find(shop.app.id, ada.email)
    expect(before?.hash).toContain('m=64')
    expect(after?.hash).toContain('m=128')
    expect((await logInByEmail({ ...shop, deps: stronger })).user).toBeDefined()
  })
})

describe('a confirmation by mail', () => {
  it('lets the user in once the token came back, and works once', async () => {
    await using shop = await openMailShop()
    const { deps, app } = shop
    await registerAda(shop)
    await expect(logInByEmail(shop)).rejects.toMatchObject({
      ...refusal('userNotConfirmed'),
      message: 'unauthorized',
    })
    await expect(logInByEmail(shop, { password: 'not-the-one' })).rejects.toMatchObject(
      refusal('invalidPassword'),
    )
    const token = await newestToken(shop)

    const results = await Promise.allSettled(
      Array.from({ length: 10 }, () => confirm(deps, app, token)),
    )

    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect((await logInByEmail(shop)).user.identities).toHaveLength(1)
    await expect(confirm(deps, app, token)).rejects.toMatchObject({
      ...refusal('tokenExpired'),
      message: 'userpass token is expired or invalid',
    })
  })

  it('takes no token that is unreadable, too old, of another purpose or of another app', async () => {
    await using shop = await openMailShop()
    const { deps, app } = shop
    const other = await shop.deploy({ ...app, id: '65a0c0ffee00000000000b01', clientAppId: 'b' })
    await registerAda(shop)
    const token = await newestToken(shop)
    await sendReset(deps, app, ada)
    const forReset = await newestToken(shop)
    const unreadable = [
      { token: 'e30=', tokenId: 'e30=' },
      { token: 'a_token', tokenId: 'a_token_id' },
      { token: '', tokenId: '' },
    ]

    for (const bad of unreadable) {
      await expect(confirm(deps, app, bad)).rejects.toMatchObject({
        ...refusal('tokenUnreadable'),
        message: 'invalid token data',
      })
    }
    await expect(confirm(deps, other, token)).rejects.toMatchObject(refusal('tokenExpired'))
    await expect(confirm(deps, app, forReset)).rejects.toMatchObject(refusal('tokenExpired'))
    await expect(confirm(deps, app, { ...token, tokenId: forReset.tokenId })).rejects.toMatchObject(
      refusal('tokenExpired'),
    )
    shop.advance(30 * minuteMs)
    await expect(confirm(deps, app, token)).rejects.toMatchObject(refusal('tokenExpired'))
  })

  it('keeps no token that could be read out of the store', async () => {
    await using shop = await openMailShop()
    await registerAda(shop)
    const { token } = await newestToken(shop)

    const account = await shop.store.passwords.find(shop.app.id, ada.email)

    expect(account?.tokens).toHaveLength(1)
    expect(JSON.stringify(account)).not.toContain(token)
  })

  it('can be sent again while it is pending, to the address as registered', async () => {
    await using shop = await openMailShop()
    const { deps, app, store } = shop
    await register(deps, app, { ...ada, email: 'Ada@example.com' })
    const first = await newestToken(shop)

    await resendConfirmation(deps, app, { email: 'ada@EXAMPLE.com' })

    const second = await newestToken(shop)
    const letters = await store.mailbox.listByApp(app.id, 5)
    expect(second.token).not.toBe(first.token)
    expect(letters.map(({ to }) => to)).toEqual(['Ada@example.com', 'Ada@example.com'])
    await confirm(deps, app, first)
    await expect(resendConfirmation(deps, app, ada)).rejects.toMatchObject({
      ...refusal('alreadyConfirmed'),
      message: 'already confirmed',
    })
    await expect(resendConfirmation(deps, app, { email: 'eve@example.com' })).rejects.toMatchObject(
      { ...refusal('userNotFound'), message: 'user not found' },
    )
  })

  it('has no function to run again, and says so in the order of the original', async () => {
    await using automatic = await openShop()
    await using shop = await openMailShop()
    const { deps, app } = shop
    const email = 'ada@example.com'

    await expect(rerunConfirmation(automatic.deps, automatic.app, { email })).rejects.toMatchObject(
      {
        ...refusal('confirmationAutomatic'),
        message: 'cannot run confirmation for ada@example.com: automatic confirmation is enabled',
      },
    )
    await expect(rerunConfirmation(deps, app, { email })).rejects.toMatchObject(
      refusal('userNotFound'),
    )
    await registerAda(shop)
    await expect(rerunConfirmation(deps, app, { email })).rejects.toMatchObject(
      refusal('confirmationByMail'),
    )
    await confirm(deps, app, await newestToken(shop))
    await expect(rerunConfirmation(deps, app, { email })).rejects.toMatchObject(
      refusal('alreadyConfirmed'),
    )
  })
})

describe('a reset by mail', () => {
  it('sets the new password, ends every session and works once', async () => {
    await using shop = await openShop()
    const { deps, app, store } = shop
    await registerAda(shop)
    const { user, refreshToken } = await logInByEmail(shop)
    await sendReset(deps, app, { email: 'ADA@example.com' })
    const token = await newestToken(shop)

    const results = await Promise.allSettled(
      ['new-secret', 'other-secret'].map(password => reset(deps, app, { ...token, password })),
    )

    const set = results[0]?.status === 'fulfilled' ? 'new-secret' : 'other-secret'
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await expect(refreshSession(deps, refreshToken)).rejects.toMatchObject(
      refusal('refreshTokenUnknown'),
    )
    await expect(logInByEmail(shop)).rejects.toMatchObject(refusal('invalidPassword'))
    expect((await logInByEmail(shop, { password: set })).user.id).toBe(user.id)
    expect(await store.passwords.listToEndSessions(5)).toEqual([])
  })

  it('proves the address: who never confirmed is in afterwards, and older letters are worth nothing', async () => {
    await using shop = await openMailShop()
    const { deps, app } = shop
    await registerAda(shop)
    const toConfirm = await newestToken(shop)
    await sendReset(deps, app, ada)

    await reset(deps, app, { ...(await newestToken(shop)), password: 'new-secret' })

    await logInByEmail(shop, { password: 'new-secret' })
    await expect(confirm(deps, app, toConfirm)).rejects.toMatchObject(refusal('tokenExpired'))
  })

  it('takes no bad password, and the token is still good afterwards', async () => {
    await using shop = await openShop()
    const { deps, app } = shop
    await registerAda(shop)
    await sendReset(deps, app, ada)
    const token = await newestToken(shop)

    await expect(reset(deps, app, { ...token, password: '12345' })).rejects.toMatchObject({
      ...refusal('passwordLength'),
      message: 'password must be between 6 and 128 characters',
    })
    await expect(
      reset(deps, app, { token: 'x', tokenId: 'y', password: 'new-secret' }),
    ).rejects.toMatchObject(refusal('tokenUnreadable'))
    await reset(deps, app, { ...token, password: 'new-secret' })
  })

  it('is refused for unknown users, and when it is too late', async () => {
    await using shop = await openShop()
    const { deps, app } = shop
    await registerAda(shop)
    await sendReset(deps, app, ada)
    const token = await newestToken(shop)
    shop.advance(30 * minuteMs)

    await expect(reset(deps, app, { ...token, password: 'new-secret' })).rejects.toMatchObject(
      refusal('tokenExpired'),
    )
    await expect(sendReset(deps, app, { email: 'eve@example.com' })).rejects.toMatchObject(
      refusal('userNotFound'),
    )
    await expect(
      resetByFunction(deps, app, { email: 'eve@example.com', password: 'new-secret' }),
    ).rejects.toMatchObject(refusal('userNotFound'))
    await expect(
      resetByFunction(deps, app, { ...ada, password: 'new-secret' }),
    ).rejects.toMatchObject(refusal('resetByMail'))
  })

  it('cannot be mailed to a name that is no address', async () => {
    await using shop = await openShop()
    await register(shop.deps, shop.app, { ...ada, email: 'my-very-own-username' })

    await expect(
      sendReset(shop.deps, shop.app, { email: 'my-very-own-username' }),
    ).rejects.toMatchObject(refusal('mailFailed'))
  })

  it('is mailed five times in a row, then there must be pauses', async () => {
    await using shop = await openShop()
    const { deps, app } = shop
    await registerAda(shop)
    for (let sent = 0; sent < 5; sent += 1) await sendReset(deps, app, ada)

    await expect(sendReset(deps, app, ada)).rejects.toMatchObject(refusal('tooManyRequests'))
    shop.advance(1_000)
    await sendReset(deps, app, ada)
    await expect(sendReset(deps, app, ada)).rejects.toMatchObject({
      message: 'too many attempts, try again in 2 seconds',
    })
    shop.advance(60 * minuteMs)
    await sendReset(deps, app, ada)
    await sendReset(deps, app, ada)
  })
})
