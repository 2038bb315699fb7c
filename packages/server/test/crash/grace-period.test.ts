import { clientPaths } from '@regent/protocol'
import { describe, expect, it } from 'vitest'
import { withGrace } from './apps.ts'
import { killAtEveryStep } from './at-every-step.ts'
import { logIn, refreshStatus, registerAt, tryLogin } from './clients.ts'

const longer = { timeout: 480_000 }

describe('a server killed at every write of', () => {
  it('a delete with a grace period leaves a user who can log in', longer, async () => {
    const writes = await killAtEveryStep({
      prepare: async (victim, email) => {
        await registerAt(victim, withGrace, email)
        return { email, login: await logIn(victim, withGrace, email) }
      },
      act: (victim, { login }) =>
        victim.request('DELETE', clientPaths.deleteUser(), { bearer: login.access_token }),
      afterwards: async (server, { email, login }, answered) => {
        const { user } = await server.look(login.user_id)
        const isLeaving = user?.deletesAt !== undefined

        expect(isLeaving || !answered).toBe(true)
        expect(await refreshStatus(server, login.refresh_token)).toBe(isLeaving ? 401 : 201)
        const again = await logIn(server, withGrace, email)
        expect(again.user_id).toBe(login.user_id)
        expect(await refreshStatus(server, again.refresh_token)).toBe(201)
        expect(await refreshStatus(server, login.refresh_token)).toBe(isLeaving ? 401 : 201)
      },
      afterSweep: async (server, { login }) => {
        const { user } = await server.look(login.user_id)
        expect(user).not.toBeNull()
        expect(user?.deletesAt).toBeUndefined()
      },
    })

    expect(writes).toBe(2)
  })

  it('a log-in that restores has restored, or leaves a user who is leaving', longer, async () => {
    await killAtEveryStep({
      prepare: async (victim, email) => {
        await registerAt(victim, withGrace, email)
        const before = await logIn(victim, withGrace, email)
        const bearer = before.access_token
        await victim.request('DELETE', clientPaths.deleteUser(), { bearer })
        return { email, before }
      },
      act: (victim, { email }) =>
        victim.request('POST', clientPaths.login(withGrace, 'local-userpass'), {
          json: { username: email, password: 'ada-secret' },
        }),
      afterwards: async (server, { email, before }, answered) => {
        const { user } = await server.look(before.user_id)

        if (answered) expect(user?.deletesAt).toBeUndefined()
        expect(await refreshStatus(server, before.refresh_token)).toBe(401)
        expect((await tryLogin(server, withGrace, { email })).status).toBe(200)
        expect(await refreshStatus(server, before.refresh_token)).toBe(401)
      },
    })
  })

  it('the end of a grace period leaves a user who is leaving, or none', longer, async () => {
    await killAtEveryStep({
      prepare: async (victim, email) => {
        await registerAt(victim, withGrace, email)
        const login = await logIn(victim, withGrace, email)
        const bearer = login.access_token
        await victim.request('DELETE', clientPaths.deleteUser(), { bearer })
        await victim.expire(login.user_id)
        return { email, login }
      },
      act: victim => victim.endGrace(),
      afterwards: async (server, { login }, answered) => {
        const { user } = await server.look(login.user_id)

        if (answered) expect(user).toBeNull()
        expect(user === null || user.deleting || user.deletesAt !== undefined).toBe(true)
        expect(await refreshStatus(server, login.refresh_token)).toBe(401)
      },
      afterSweep: async (server, { email, login }) => {
        const { user, claims, sessions } = await server.look(login.user_id)
        if (user) return
        expect([...claims, ...sessions]).toEqual([])
        const told = await server.told()
        expect(told?.lines).toContain(`DELETE ${login.user_id}`)
        await registerAt(server, withGrace, email)
        expect((await logIn(server, withGrace, email)).user_id).not.toBe(login.user_id)
      },
    })
  })
})
