import { describe, expect, it } from 'vitest'
import {
  logInAnonymously,
  logInByEmail,
  openShop,
  refusal,
  registerAda,
  type Shop,
} from './people.ts'

const minuteMs = 60_000

const fail = async (shop: Shop, times: number, address: (at: number) => string): Promise<void> => {
  for (let at = 0; at < times; at += 1) {
    await expect(
      logInByEmail(shop, { password: 'not-the-one', address: address(at) }),
    ).rejects.toMatchObject(refusal('invalidPassword'))
  }
}

describe('wrong passwords', () => {
  it('from one address make it wait, twice as long each time, also for the right one', async () => {
    await using shop = await openShop()
    await registerAda(shop)
    await fail(shop, 10, () => '192.0.2.1')

    await expect(logInByEmail(shop, { address: '192.0.2.1' })).rejects.toMatchObject({
      ...refusal('tooManyRequests'),
      message: 'too many attempts, try again in 1 seconds',
      values: { seconds: '1' },
    })
    shop.advance(1_000)
    await fail(shop, 1, () => '192.0.2.1')
    await expect(logInByEmail(shop, { address: '192.0.2.1' })).rejects.toMatchObject({
      values: { seconds: '2' },
    })
    shop.advance(2_000)
    expect((await logInByEmail(shop, { address: '192.0.2.1' })).user).toBeDefined()
  })

  it('of a stranger do not keep the owner out, who is elsewhere', async () => {
    await using shop = await openShop()
    await registerAda(shop)
    await fail(shop, 10, () => '192.0.2.1')

    expect((await logInByEmail(shop, { address: '198.51.100.7' })).user).toBeDefined()
  })

  it('are counted for the whole network of an IPv6 subscriber', async () => {
    await using shop = await openShop()
    await registerAda(shop)
    await fail(shop, 10, at => `2001:db8:1:2::${at}`)

    await expect(logInByEmail(shop, { address: '2001:db8:1:2:ffff::1' })).rejects.toMatchObject(
      refusal('tooManyRequests'),
    )
    expect((await logInByEmail(shop, { address: '2001:db8:1:3::1' })).user).toBeDefined()
  })

  it('for an unknown account are counted like those for a known one', async () => {
    await using shop = await openShop()
    const entry = { email: 'eve@example.com', address: '192.0.2.1' }
    for (let at = 0; at < 10; at += 1) {
      await expect(logInByEmail(shop, entry)).rejects.toMatchObject(refusal('invalidPassword'))
    }

    await expect(logInByEmail(shop, entry)).rejects.toMatchObject(refusal('tooManyRequests'))
  })

  it('cannot come from the device of the owner by a guess at its id', async () => {
    await using shop = await openShop()
    const device = { platform: 'node' }

    const logins = [await logInAnonymously(shop, device), await logInAnonymously(shop, device)]

    const [mine = '', theirs = ''] = logins.map(({ session }) => session.deviceId)
    const inCommon = Array.from(mine).filter((character, at) => character === theirs[at])
    expect(inCommon.length).toBeLessThan(12)
  })

  it('from everywhere make everybody wait but the device that the owner used last', async () => {
    await using shop = await openShop()
    await registerAda(shop)
    const { session } = await logInByEmail(shop, { device: { platform: 'node' } })
    await fail(shop, 50, at => `192.0.2.${at}`)

    await expect(logInByEmail(shop, { address: '198.51.100.7' })).rejects.toMatchObject(
      refusal('tooManyRequests'),
    )
    const stranger = { address: '198.51.100.7', device: { deviceId: 'f'.repeat(24) } }
    await expect(logInByEmail(shop, stranger)).rejects.toMatchObject(refusal('tooManyRequests'))
    const own = { address: '198.51.100.7', device: { deviceId: session.deviceId } }
    expect((await logInByEmail(shop, own)).user.id).toBe(session.userId)
  })

  it('for many accounts make their address wait', async () => {
    await using shop = await openShop()
    await registerAda(shop)
    for (let at = 0; at < 100; at += 1) {
      const entry = { email: `user${at}@example.com`, address: '192.0.2.1' }
      await expect(logInByEmail(shop, entry)).rejects.toMatchObject(refusal('invalidPassword'))
    }

    await expect(logInByEmail(shop, { address: '192.0.2.1' })).rejects.toMatchObject(
      refusal('tooManyRequests'),
    )
    expect((await logInByEmail(shop, { address: '192.0.2.2' })).user).toBeDefined()
  })

  it('are forgotten an hour after the last, and at once from an address that got it right', async () => {
    await using shop = await openShop()
    await registerAda(shop)
    await fail(shop, 9, () => '192.0.2.1')
    await logInByEmail(shop, { address: '192.0.2.1' })
    await fail(shop, 10, () => '192.0.2.1')

    shop.advance(60 * minuteMs)

    await fail(shop, 10, () => '192.0.2.1')
    await expect(logInByEmail(shop, { address: '192.0.2.1' })).rejects.toMatchObject(
      refusal('tooManyRequests'),
    )
  })
})
