import { clientPaths } from '@regent/protocol'
import { describe, expect, it } from 'vitest'
import { byFunctions } from './apps.ts'
import { killAtEveryStep } from './at-every-step.ts'
import { ask, logIn, password, refreshStatus, registerAt, tryLogin } from './clients.ts'

const longer = { timeout: 240_000 }

describe('a server killed at every write of', () => {
  it(
    'a registration by function has nothing, or what running it again confirms',
    longer,
    async () => {
      const writes = await killAtEveryStep({
        prepare: async (_, email) => ({ email: `success-${email}` }),
        act: (victim, { email }) =>
          victim.request('POST', clientPaths.register(byFunctions), { json: { email, password } }),
        afterwards: async (server, { email }, answered) => {
          const again = await ask(server, clientPaths.register(byFunctions), { email, password })
          expect(answered ? [409] : [201, 409]).toContain(again.status)
          const rerun = await ask(server, clientPaths.confirmCall(byFunctions), { email })

          if (answered) expect(rerun.code).toBe('UserAlreadyConfirmed')
          expect([undefined, 'UserAlreadyConfirmed']).toContain(rerun.code)
          expect((await tryLogin(server, byFunctions, { email })).status).toBe(200)
        },
      })

      expect(writes).toBe(2)
    },
  )

  it(
    'a registration that the function fails leaves nothing, or what a retry removes',
    longer,
    async () => {
      await killAtEveryStep({
        prepare: async (_, email) => ({ email: `fail-${email}` }),
        act: async (victim, { email }) => {
          const json = { email, password }
          const path = clientPaths.register(byFunctions)
          const response = await victim.request('POST', path, { json })
          return response && new Response(null, { status: response.status === 400 ? 200 : 500 })
        },
        afterwards: async (server, { email }, answered) => {
          const { status } = await ask(server, clientPaths.confirmCall(byFunctions), { email })
          expect(answered ? [404] : [400, 404]).toContain(status)
          const { code } = await ask(server, clientPaths.confirmCall(byFunctions), { email })
          expect(code).toBe('UserNotFound')
        },
      })
    },
  )

  it(
    'a reset by function has set the new password and ends the old sessions, or nothing happened',
    longer,
    async () => {
      await killAtEveryStep({
        prepare: async (victim, name) => {
          const email = `success-${name}`
          await registerAt(victim, byFunctions, email)
          return { email, login: await logIn(victim, byFunctions, email) }
        },
        act: (victim, { email }) =>
          victim.request('POST', clientPaths.resetCall(byFunctions), {
            json: { email, password: 'new-secret', arguments: [] },
          }),
        afterwards: async (server, { email }, answered) => {
          const old = await tryLogin(server, byFunctions, { email })
          const now = await tryLogin(server, byFunctions, { email, secret: 'new-secret' })

          expect([old.status, now.status].sort()).toEqual([200, 401])
          if (answered) expect(now.status).toBe(200)
        },
        afterSweep: async (server, { email, login }) => {
          const now = await tryLogin(server, byFunctions, { email, secret: 'new-secret' })
          const isReset = now.status === 200
          expect(await refreshStatus(server, login.refresh_token)).toBe(isReset ? 401 : 201)
        },
      })
    },
  )
})
