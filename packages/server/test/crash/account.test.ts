import { clientPaths } from '@regent/protocol'
import { describe, expect, it } from 'vitest'
import { automatic, byMail } from './apps.ts'
import { killAtEveryStep } from './at-every-step.ts'
import { ask, letterTo, logIn, password, refreshStatus, registerAt, tryLogin } from './clients.ts'

const longer = { timeout: 240_000 }
const keyLogin = clientPaths.login(automatic, 'api-key')
const refused = { status: 401, code: 'InvalidPassword' }
const unconfirmed = { status: 401, code: 'AuthError' }

describe('a server killed at every write of', () => {
  it(
    'a registration has the address, with that password, or can take it again',
    longer,
    async () => {
      await killAtEveryStep({
        prepare: async (_, email) => ({ email }),
        act: (victim, { email }) =>
          victim.request('POST', clientPaths.register(automatic), { json: { email, password } }),
        afterwards: async (server, { email }, answered) => {
          const again = await ask(server, clientPaths.register(automatic), { email, password })

          expect(answered ? [409] : [201, 409]).toContain(again.status)
          expect((await tryLogin(server, automatic, { email })).status).toBe(200)
          const other = await tryLogin(server, automatic, { email, secret: 'not-the-one' })
          expect(other).toEqual(refused)
        },
      })
    },
  )

  it(
    'a registration by mail has a pending user whom a new letter reaches, or none',
    longer,
    async () => {
      await killAtEveryStep({
        prepare: async (_, email) => ({ email }),
        act: (victim, { email }) =>
          victim.request('POST', clientPaths.register(byMail), { json: { email, password } }),
        afterwards: async (server, { email }) => {
          const again = await ask(server, clientPaths.register(byMail), { email, password })
          if (again.status === 409) {
            const sent = await ask(server, clientPaths.confirmSend(byMail), { email })
            expect(sent.status).toBeLessThan(300)
          }
          expect(await tryLogin(server, byMail, { email })).toEqual(unconfirmed)
          const letter = await letterTo(server, byMail, email)
          expect((await ask(server, clientPaths.confirm(byMail), letter)).status).toBeLessThan(300)
          expect((await tryLogin(server, byMail, { email })).status).toBe(200)
        },
      })
    },
  )

  it('a confirmation has confirmed, or the token is still good', longer, async () => {
    await killAtEveryStep({
      prepare: async (victim, email) => {
        await registerAt(victim, byMail, email)
        return { email, letter: await letterTo(victim, byMail, email) }
      },
      act: (victim, { letter }) =>
        victim.request('POST', clientPaths.confirm(byMail), { json: letter }),
      afterwards: async (server, { email, letter }, answered) => {
        const before = await tryLogin(server, byMail, { email })
        const again = await ask(server, clientPaths.confirm(byMail), letter)

        if (answered) expect(before.status).toBe(200)
        expect(again.code === 'UserpassTokenInvalid').toBe(before.status === 200)
        expect((await tryLogin(server, byMail, { email })).status).toBe(200)
      },
    })
  })

  it(
    'a reset has set the new password and ends the old sessions, or nothing happened',
    longer,
    async () => {
      const writes = await killAtEveryStep({
        prepare: async (victim, email) => {
          await registerAt(victim, automatic, email)
          const login = await logIn(victim, automatic, email)
          await ask(victim, clientPaths.resetSend(automatic), { email })
          return { email, login, letter: await letterTo(victim, automatic, email) }
        },
        act: (victim, { letter }) =>
          victim.request('POST', clientPaths.reset(automatic), {
            json: { ...letter, password: 'new-secret' },
          }),
        afterwards: async (server, { email, login }, answered) => {
          const old = await tryLogin(server, automatic, { email })
          const now = await tryLogin(server, automatic, { email, secret: 'new-secret' })

          expect([old.status, now.status].sort()).toEqual([200, 401])
          if (!answered) return
          expect(now.status).toBe(200)
          expect(await refreshStatus(server, login.refresh_token)).toBe(401)
        },
        afterSweep: async (server, { email, login, letter }) => {
          const now = await tryLogin(server, automatic, { email, secret: 'new-secret' })
          const isReset = now.status === 200
          expect(await refreshStatus(server, login.refresh_token)).toBe(isReset ? 401 : 201)
          const again = await ask(server, clientPaths.reset(automatic), {
            ...letter,
            password: 'third-secret',
          })
          expect(again.code === 'UserpassTokenInvalid').toBe(isReset)
        },
      })

      expect(writes).toBe(3)
    },
  )

  it(
    'the first reset by mail leaves keys and links that others made, or none of them',
    longer,
    async () => {
      await killAtEveryStep({
        prepare: async (victim, email) => {
          await registerAt(victim, automatic, email)
          const { refresh_token: bearer, user_id } = await logIn(victim, automatic, email)
          const made = await victim.request('POST', clientPaths.apiKeys(), {
            bearer,
            json: { name: 'backdoor' },
          })
          const { key } = (await (made as Response).json()) as { key: string }
          await ask(victim, keyLogin, { key })
          await ask(victim, clientPaths.resetSend(automatic), { email })
          return { key, user_id, letter: await letterTo(victim, automatic, email) }
        },
        act: (victim, { letter }) =>
          victim.request('POST', clientPaths.reset(automatic), {
            json: { ...letter, password: 'new-secret' },
          }),
        afterwards: async (server, { key }, answered) => {
          if (answered) expect((await ask(server, keyLogin, { key })).status).toBe(401)
        },
        afterSweep: async (server, { key, user_id, letter }) => {
          const again = { ...letter, password: 'third-secret' }
          const isReset =
            (await ask(server, clientPaths.reset(automatic), again)).code === 'UserpassTokenInvalid'
          if (!isReset) return
          expect((await ask(server, keyLogin, { key })).status).toBe(401)
          const { user, sessions } = await server.look(user_id)
          expect([user?.identities.length, sessions]).toEqual([1, []])
        },
      })
    },
  )

  it('a delete leaves the user whole, or a password that opens nothing', longer, async () => {
    const writes = await killAtEveryStep({
      prepare: async (victim, email) => {
        await registerAt(victim, automatic, email)
        return { email, login: await logIn(victim, automatic, email) }
      },
      act: (victim, { login }) =>
        victim.request('DELETE', clientPaths.deleteUser(), { bearer: login.access_token }),
      afterwards: async (server, { email, login }, answered) => {
        const { user } = await server.look(login.user_id)
        const isWhole = user !== null && !user.deleting
        const found = await tryLogin(server, automatic, { email })

        if (answered) expect(user).toBeNull()
        if (isWhole) expect(found.status).toBe(200)
        else expect(found).toEqual(refused)
        expect(await refreshStatus(server, login.refresh_token)).toBe(isWhole ? 201 : 401)
      },
      afterSweep: async (server, { email, login }) => {
        const { user, claims, sessions } = await server.look(login.user_id)
        if (user) return
        expect([...claims, ...sessions]).toEqual([])
        await registerAt(server, automatic, email)
        expect((await logIn(server, automatic, email)).user_id).not.toBe(login.user_id)
      },
    })

    expect(writes).toBe(8)
  })
})
