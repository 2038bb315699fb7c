import { clientPaths } from '@regent/protocol'
import { describe, expect, it } from 'vitest'
import { automatic } from './apps.ts'
import { killAtEveryStep } from './at-every-step.ts'
import { emailLogin, logIn, password, refreshStatus, registerAt, tryLogin } from './clients.ts'
import type { Victim } from './victim.ts'

const longer = { timeout: 240_000 }

/** A guest who linked an address, and a session that the address began. */
const linkedGuest = async (victim: Victim, email: string) => {
  const guest = await logIn(victim, automatic)
  await registerAt(victim, automatic, email)
  const linked = await victim.request('POST', `${emailLogin(automatic)}?link=true`, {
    json: { username: email, password },
    bearer: guest.access_token,
  })
  expect(linked?.status).toBe(200)
  return { email, guest, byEmail: await logIn(victim, automatic, email) }
}

type Linked = Awaited<ReturnType<typeof linkedGuest>>

const unlink = async (victim: Victim, { guest }: Linked) => {
  const bearer = guest.access_token
  const profile = (await victim.request('GET', clientPaths.profile(), { bearer })) as Response
  const { identities } = (await profile.json()) as { identities: { id: string }[] }
  const path = clientPaths.identity('local-userpass', identities[1]?.id ?? '')
  return victim.request('DELETE', path, { bearer })
}

describe('a server killed at every write of an unlink', () => {
  it(
    'has the identity still, or it is nobody’s after the next log-in or sweep',
    longer,
    async () => {
      const writes = await killAtEveryStep({
        prepare: linkedGuest,
        act: unlink,
        afterwards: async (server, { email, guest, byEmail }, answered) => {
          const { user } = await server.look(guest.user_id)
          const isLinked = user?.identities.length === 2
          if (answered) expect(isLinked).toBe(false)
          if (answered) expect(await refreshStatus(server, byEmail.refresh_token)).toBe(401)
          expect(await refreshStatus(server, guest.refresh_token)).toBe(201)

          const { status } = await tryLogin(server, automatic, { email })
          expect(status).toBe(isLinked ? 200 : 401)
        },
        afterSweep: async (server, { email, guest, byEmail }) => {
          const { user, claims } = await server.look(guest.user_id)
          const isLinked = user?.identities.length === 2
          expect(claims).toHaveLength(isLinked ? 2 : 1)
          expect(await refreshStatus(server, byEmail.refresh_token)).toBe(isLinked ? 201 : 401)
          expect(await refreshStatus(server, guest.refresh_token)).toBe(201)
          if (isLinked) return
          await registerAt(server, automatic, email)
          expect((await logIn(server, automatic, email)).user_id).not.toBe(guest.user_id)
        },
      })

      expect(writes).toBe(9)
    },
  )
})
