import { adminPaths, clientPaths, type LoginWire, type NewApiKeyWire } from '@regent/protocol'
import { describe, expect, it } from 'vitest'
import { automatic } from './apps.ts'
import { killAtEveryStep } from './at-every-step.ts'
import { ask, logIn, refreshStatus, registerAt } from './clients.ts'
import type { Victim } from './victim.ts'

const longer = { timeout: 240_000 }
const keys = clientPaths.apiKeys()
const keyLogin = clientPaths.login(automatic, 'api-key')

const person = async (victim: Victim, email: string): Promise<LoginWire> => {
  await registerAt(victim, automatic, email)
  return logIn(victim, automatic, email)
}

const read = async <Body>(response: Response | undefined): Promise<Body> => {
  if (!response?.ok) throw new Error(`answered ${response?.status}`)
  return (await response.json()) as Body
}

const create = (victim: Victim, { refresh_token: bearer }: LoginWire) =>
  victim.request('POST', keys, { bearer, json: { name: 'ci' } })

const listed = async (victim: Victim, { refresh_token: bearer }: LoginWire) =>
  read<NewApiKeyWire[]>(await victim.request('GET', keys, { bearer }))

/** Somebody with a key, and a session that the key began. */
const withKey = async (victim: Victim, email: string) => {
  const user = await person(victim, email)
  const { key, _id } = await read<NewApiKeyWire>(await create(victim, user))
  const machine = await read<LoginWire>(await victim.request('POST', keyLogin, { json: { key } }))
  return { user, key, id: _id, machine }
}

const serverKeys = (victim: Victim): string => {
  const app = victim.apps.find(({ clientAppId }) => clientAppId === automatic)
  return adminPaths.apiKeys(victim.projectId, app?.id ?? '')
}

const createServerKey = (victim: Victim, name: string) =>
  victim.request('POST', serverKeys(victim), { bearer: victim.operatorKey, json: { name } })

describe('a server killed at every write of', () => {
  it('the making of a key has the key or its name free', longer, async () => {
    const writes = await killAtEveryStep({
      prepare: person,
      act: create,
      afterwards: async (server, user, answered) => {
        const found = await listed(server, user)
        if (answered) expect(found).toHaveLength(1)
        for (const { _id } of found) {
          const bearer = user.refresh_token
          const path = clientPaths.apiKey(_id)
          expect((await server.request('DELETE', path, { bearer }))?.status).toBe(204)
        }
        expect((await create(server, user))?.status).toBe(201)
        expect(await listed(server, user)).toHaveLength(1)
      },
    })

    expect(writes).toBe(1)
  })

  it(
    'the first log-in with a key adds its identity once and starts a session',
    longer,
    async () => {
      await killAtEveryStep({
        prepare: async (victim, email) => {
          const user = await person(victim, email)
          return { user, ...(await read<NewApiKeyWire>(await create(victim, user))) }
        },
        act: (victim, { key }) => victim.request('POST', keyLogin, { json: { key } }),
        afterwards: async (server, { user, key, _id }) => {
          const machine = await read<LoginWire>(
            await server.request('POST', keyLogin, { json: { key } }),
          )
          const { user: owner } = await server.look(user.user_id)

          expect(machine.user_id).toBe(user.user_id)
          expect(owner?.identities.filter(({ id }) => id === _id)).toHaveLength(1)
          expect(await refreshStatus(server, machine.refresh_token)).toBe(201)
        },
      })
    },
  )

  it(
    'a link with a key of the same user leaves the identity there or to be added',
    longer,
    async () => {
      await killAtEveryStep({
        prepare: async (victim, email) => {
          const user = await person(victim, email)
          return { user, ...(await read<NewApiKeyWire>(await create(victim, user))) }
        },
        act: (victim, { user, key }) =>
          victim.request('POST', `${keyLogin}?link=true`, {
            json: { key },
            bearer: user.access_token,
          }),
        afterwards: async (server, { user, key, _id }, answered) => {
          const { user: owner } = await server.look(user.user_id)
          const isLinked = owner?.identities.some(({ id }) => id === _id)
          if (answered) expect(isLinked).toBe(true)
          expect(await ask(server, keyLogin, { key })).toMatchObject({ status: 200 })
        },
      })
    },
  )

  it(
    'a disable or a delete refuses the key for good, or it is as good as before',
    longer,
    async () => {
      for (const { method, path, writes } of [
        { method: 'PUT', path: clientPaths.disableApiKey, writes: 3 },
        { method: 'DELETE', path: clientPaths.apiKey, writes: 4 },
      ]) {
        const taken = await killAtEveryStep({
          prepare: withKey,
          act: (victim, { user, id }) =>
            victim.request(method, path(id), { bearer: user.refresh_token }),
          afterwards: async (server, { user, key, machine }, answered) => {
            const { status } = await ask(server, keyLogin, { key })
            if (answered) expect(status).toBe(401)
            if (answered) expect(await refreshStatus(server, machine.refresh_token)).toBe(401)
            expect(await refreshStatus(server, user.refresh_token)).toBe(201)
          },
          afterSweep: async (server, { user, key, machine }) => {
            const isGood = (await ask(server, keyLogin, { key })).status === 200
            expect(await refreshStatus(server, machine.refresh_token)).toBe(isGood ? 201 : 401)
            if (method === 'PUT') return
            const { user: owner } = await server.look(user.user_id)
            expect(owner?.identities).toHaveLength(isGood ? 2 : 1)
            expect(await listed(server, user)).toHaveLength(isGood ? 1 : 0)
          },
        })
        expect(taken).toBe(writes)
      }
    },
  )

  it('the making of a server key has key and user, or a key to be deleted', longer, async () => {
    const writes = await killAtEveryStep({
      prepare: async (_, email) => email.replaceAll(/[^a-z0-9]/g, '-'),
      act: createServerKey,
      afterwards: async (server, name) => {
        const bearer = server.operatorKey
        const path = serverKeys(server)
        const found = await read<NewApiKeyWire[]>(await server.request('GET', path, { bearer }))
        for (const { _id } of found) {
          const gone = await server.request('DELETE', `${path}/${_id}`, { bearer })
          expect(gone?.status).toBe(204)
        }
        const { key } = await read<NewApiKeyWire>(await createServerKey(server, name))
        expect((await ask(server, keyLogin, { key })).status).toBe(200)
      },
    })

    expect(writes).toBe(2)
  })
})
