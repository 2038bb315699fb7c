import { clientPaths } from '@regent/protocol'
import { describe, expect, it } from 'vitest'
import { automatic } from './apps.ts'
import { killAtEveryStep } from './at-every-step.ts'
import { emailLogin, logIn, password, refreshStatus, registerAt } from './clients.ts'

const device = { options: { device: { platform: 'node', sdkVersion: '2.0.1' } } }
const longer = { timeout: 240_000 }

describe('a server killed at every write of', () => {
  it('an anonymous log-in leaves a store in which the next one goes through', longer, async () => {
    const writes = await killAtEveryStep({
      prepare: async () => ({}),
      act: victim =>
        victim.request('POST', clientPaths.login(automatic, 'anon-user'), { json: device }),
      afterwards: async server => {
        const { refresh_token } = await logIn(server, automatic)
        expect(await refreshStatus(server, refresh_token)).toBe(201)
      },
    })

    expect(writes).toBe(4)
  })

  it(
    'a first log-in by e-mail leaves one user, whom the next log-in finds or completes',
    longer,
    async () => {
      const writes = await killAtEveryStep({
        prepare: async (victim, email) => {
          await registerAt(victim, automatic, email)
          return { email }
        },
        act: (victim, { email }) =>
          victim.request('POST', emailLogin(automatic), {
            json: { username: email, password, ...device },
          }),
        afterwards: async (server, { email }) => {
          const first = await logIn(server, automatic, email)
          const second = await logIn(server, automatic, email)
          const { user, claims } = await server.look(first.user_id)

          expect(second.user_id).toBe(first.user_id)
          expect(user?.identities.map(({ data }) => data)).toEqual([{ email }])
          expect(claims).toHaveLength(1)
          expect(await refreshStatus(server, first.refresh_token)).toBe(201)
        },
      })

      expect(writes).toBe(5)
    },
  )

  it('a later log-in leaves the user and the sessions there were', longer, async () => {
    await killAtEveryStep({
      prepare: async (victim, email) => {
        await registerAt(victim, automatic, email)
        return { email, before: await logIn(victim, automatic, email) }
      },
      act: (victim, { email }) =>
        victim.request('POST', emailLogin(automatic), { json: { username: email, password } }),
      afterwards: async (server, { email, before }) => {
        expect(await refreshStatus(server, before.refresh_token)).toBe(201)
        expect((await logIn(server, automatic, email)).user_id).toBe(before.user_id)
      },
    })
  })

  it('a link leaves the address free or linked, never with a user of its own', longer, async () => {
    await killAtEveryStep({
      prepare: async (victim, email) => {
        await registerAt(victim, automatic, email)
        return { email, guest: await logIn(victim, automatic) }
      },
      act: (victim, { email, guest }) =>
        victim.request('POST', `${emailLogin(automatic)}?link=true`, {
          json: { username: email, password },
          bearer: guest.access_token,
        }),
      afterwards: async (server, { email, guest }, answered) => {
        const { claims } = await server.look(guest.user_id)
        const isClaimed = claims.some(({ providerType }) => providerType === 'local-userpass')
        const { user_id } = await logIn(server, automatic, email)

        if (answered) expect(isClaimed).toBe(true)
        expect(user_id === guest.user_id).toBe(isClaimed)
        expect(await refreshStatus(server, guest.refresh_token)).toBe(201)
      },
    })
  })

  it('a log-out ends the session or leaves it as it was', longer, async () => {
    await killAtEveryStep({
      prepare: victim => logIn(victim, automatic),
      act: (victim, { refresh_token }) =>
        victim.request('DELETE', clientPaths.session(), { bearer: refresh_token }),
      afterwards: async (server, { refresh_token }, answered) => {
        const status = await refreshStatus(server, refresh_token)
        expect(answered ? [401] : [201, 401]).toContain(status)
      },
    })
  })
})
