import { adminPaths, type ImportedUsersWire } from '@regent/protocol'
import { describe, expect, it } from 'vitest'
import { shaHash } from '../moving/moving.ts'
import { automatic } from './apps.ts'
import { killAtEveryStep } from './at-every-step.ts'
import { emailLogin, tryLogin } from './clients.ts'
import type { Victim } from './victim.ts'

const longer = { timeout: 240_000 }

const importPath = ({ projectId, apps }: Victim): string => {
  const app = apps.find(({ clientAppId }) => clientAppId === automatic)
  return adminPaths.importUsers(projectId, app?.id ?? '')
}

/** One line is a JSON body like any other. */
const send = (victim: Victim, json: object) =>
  victim.request('POST', importPath(victim), { json, bearer: victim.operatorKey })

const idAtLogin = async (server: Victim, username: string): Promise<string> => {
  const response = await server.request('POST', emailLogin(automatic), {
    json: { username, password: 'password' },
  })
  if (!response) throw new Error('the server died too early')
  return ((await response.json()) as { user_id: string }).user_id
}

/** Another id for each address. */
const idOf = (email: string): string => Buffer.from(email).toString('hex').slice(4, 28)

describe('a server killed at every write of', () => {
  it(
    'an import has the user whole, or takes the same line again without a double',
    longer,
    async () => {
      const writes = await killAtEveryStep({
        prepare: async (_, email) => ({
          email,
          line: {
            _id: idOf(email),
            email,
            password_hash: shaHash,
            creation_date: 1_600_000_000,
            identities: [
              { provider_type: 'local-userpass', provider_data: { email, name: 'Ada' } },
              { provider_type: 'custom-function', id: `old-${email}` },
            ],
          },
        }),
        act: (victim, { line }) => send(victim, line),
        afterwards: async (server, { email, line }, answered) => {
          const before = await tryLogin(server, automatic, { email, secret: 'password' })
          if (answered) expect(before.status).toBe(200)
          else expect([200, 401]).toContain(before.status)

          const again = (await (await send(server, line))?.json()) as ImportedUsersWire
          expect([again.imported + again.existing, again.refused]).toEqual([1, 0])
          expect(await idAtLogin(server, email)).toBe(line._id)
          const { user, claims } = await server.look(line._id)
          expect(user?.createdAt).toBe(1_600_000_000_000)
          expect(user?.identities.map(({ id }) => id)).toContain(`old-${email}`)
          expect(claims).toHaveLength(2)
        },
      })

      expect(writes).toBeGreaterThanOrEqual(3)
    },
  )
})
