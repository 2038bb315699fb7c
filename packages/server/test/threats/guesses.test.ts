import { clientPaths } from '@regent/protocol'
import { startTestServer } from '@regent/server/testing'
import { describe, expect, it, vi } from 'vitest'
import { refused } from '../client/clients.ts'
import { ada, attempt, register, tally } from './people.ts'

const spoofed = (at: number): Record<string, string> => ({
  'x-forwarded-for': `192.0.2.${at}`,
  'x-real-ip': `192.0.2.${at}`,
  forwarded: `for=192.0.2.${at}`,
  'cf-connecting-ip': `192.0.2.${at}`,
})

describe('passwords guessed', () => {
  it('all at once are worth no more than one after the other, and hide the right one', async () => {
    await using server = await startTestServer({
      settings: { passwordMemoryKib: 19_456, passwordPasses: 2 },
    })
    await register(server)
    const answers: Response[] = []
    const guesses = Array.from({ length: 80 }, async (_, at) => {
      answers.push(await attempt(server, { password: `guess number ${at}` }))
    })

    await vi.waitFor(() => expect(answers.length).toBeGreaterThan(12), { timeout: 15_000 })
    const right = await attempt(server)
    await Promise.all(guesses)

    const counted = tally(answers)
    expect(right.status).toBe(429)
    expect(counted[401]).toBeLessThan(50)
    expect(counted[429]).toBeGreaterThan(30)
  })

  it('under made-up addresses are counted under the one they come from', async () => {
    await using server = await startTestServer()
    await register(server)

    for (let at = 0; at < 10; at++) {
      expect((await attempt(server, { password: 'wrong', headers: spoofed(at) })).status).toBe(401)
    }

    expect((await attempt(server, { headers: spoofed(99) })).status).toBe(429)
  })

  it('through a trusted proxy are counted by network, however an address is written (CVE-2026-45364)', async () => {
    await using server = await startTestServer({ settings: { trustedProxies: ['127.0.0.1'] } })
    await register(server)
    const from = (address: string, password: string) =>
      attempt(server, { password, headers: { 'x-forwarded-for': address } })

    for (let at = 0; at < 10; at++) await from(`2001:db8:1:2::${at}`, 'wrong')
    for (let at = 0; at < 10; at++) await from('203.0.113.9', 'wrong')

    const same = ['2001:0DB8:0001:0002:ffff:ffff:ffff:ffff', '2001:db8:1:2:0:0:1.2.3.4']
    const mapped = ['::ffff:203.0.113.9', '::FFFF:cb00:7109', '0:0:0:0:0:ffff:203.0.113.9']
    const prefixed = ['198.51.100.1, 203.0.113.9']
    for (const address of [...same, ...mapped, ...prefixed]) {
      expect((await from(address, ada.password)).status, address).toBe(429)
    }
    expect((await from('198.51.100.1', ada.password)).status).toBe(200)
  })

  it('in every spelling of the account are counted for the account', async () => {
    await using server = await startTestServer()
    await register(server)
    const spellings = ['ADA@example.com', 'ada@EXAMPLE.com', ' ada@example.com', 'ada@example.com.']

    for (let at = 0; at < 10; at++) {
      await attempt(server, { email: spellings[at % spellings.length] ?? '', password: 'wrong' })
    }

    for (const email of [ada.email, ...spellings]) {
      expect((await attempt(server, { email })).status, email).toBe(429)
    }
  })

  it('by linking are counted like those by logging in', async () => {
    await using server = await startTestServer()
    await register(server)
    const login = clientPaths.login(server.app.clientAppId, 'anon-user')
    const anonymous = await (await server.request('POST', login, { json: {} })).json()
    const { access_token: bearer } = anonymous as { access_token: string }
    const path = `${clientPaths.login(server.app.clientAppId, 'local-userpass')}?link=true`
    const json = { username: ada.email, password: 'wrong' }

    for (let at = 0; at < 10; at++) await server.request('POST', path, { bearer, json })

    expect((await attempt(server)).status).toBe(429)
  })
})

describe('an account', () => {
  it('that is unknown, pending or disabled is told from no other by a wrong password (CVE-2026-31901)', async () => {
    const providers = [{ type: 'local-userpass', config: { autoConfirm: false } }] as const
    await using server = await startTestServer({ app: { providers } })
    const { passwords } = server.deps.store
    for (const name of ['known', 'pending', 'disabled']) {
      await register(server, `${name}@example.com`)
      if (name === 'pending') continue
      const { searchParams } = new URL((await server.mailbox())[0]?.link ?? '')
      const json = Object.fromEntries(searchParams)
      const confirmed = await server.request('POST', clientPaths.confirm('test-aaaaa'), { json })
      expect(confirmed.status).toBe(204)
      const login = await attempt(server, { email: `${name}@example.com` })
      const { user_id } = (await login.json()) as { user_id: string }
      if (name === 'disabled') await server.deps.store.users.setDisabled(user_id, true)
    }
    expect((await passwords.find(server.app.id, 'pending@example.com'))?.state).toBe('pending')

    const seen = new Set<string>()
    for (const name of ['known', 'pending', 'disabled', 'unknown']) {
      const answer = await attempt(server, { email: `${name}@example.com`, password: 'wrong one' })
      const headers = [...answer.headers].filter(([key]) => !/^(date|x-apps.*)$/.test(key))
      seen.add(JSON.stringify([await refused(answer), headers]))
    }

    expect([...seen]).toHaveLength(1)
  })
})
