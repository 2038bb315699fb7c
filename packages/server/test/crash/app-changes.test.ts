import { type AppWire, adminPaths, type DeploymentWire, type DeployWire } from '@regent/protocol'
import { describe, expect, it } from 'vitest'
import { killAtEveryStep } from './at-every-step.ts'
import type { Victim } from './victim.ts'

const longer = { timeout: 240_000 }

const ask = async (
  server: Victim,
  method: string,
  path: string,
  json?: object,
): Promise<unknown> => {
  const response = await server.request(method, path, {
    bearer: server.operatorKey,
    ...(json && { json }),
  })
  return response?.json()
}

const filesOf = (name: string, value: number): Record<string, string> => ({
  'root_config.json': JSON.stringify({
    config_version: 20210101,
    app_id: `${name}-aaaaa`,
    name: 'moving',
  }),
  'auth/providers.json': '{"anon-user":{"type":"anon-user"}}',
  'values/rate.json': JSON.stringify({ name: 'rate', value }),
})

/** A name of an app from an e-mail address that is new each time. */
const nameOf = (email: string): string => email.split('@')[0] as string

const push = (server: Victim, name: string, value: number) =>
  ask(server, 'POST', adminPaths.deploy(server.projectId), { files: filesOf(name, value) })

describe('a server killed at every write of a push', () => {
  it('runs the app before or after it, whole, listed, and can be pushed to', longer, async () => {
    const writes = await killAtEveryStep({
      prepare: async (victim, email) => {
        const name = nameOf(email)
        const { app } = (await push(victim, name, 1)) as DeployWire
        return { name, id: app?._id ?? '' }
      },
      act: (victim, { name }) =>
        victim.request('POST', adminPaths.deploy(victim.projectId), {
          bearer: victim.operatorKey,
          json: { files: filesOf(name, 2) },
        }),
      afterwards: async (server, { name, id }, answered) => {
        const path = adminPaths.directory(server.projectId, id)
        const { files } = (await ask(server, 'GET', path)) as { files: Record<string, string> }
        const isNew = files['values/rate.json']?.includes('2')
        if (answered) expect(isNew).toBe(true)
        expect(files).toEqual(filesOf(name, isNew ? 2 : 1))
        const deployments = adminPaths.deployments(server.projectId, id)
        const listed = (await ask(server, 'GET', deployments)) as DeploymentWire[]
        expect(listed.map(({ number }) => number)).toEqual(isNew ? [2, 1] : [1])

        const next = (await push(server, name, 3)) as DeployWire
        expect(next).toMatchObject({ outcome: 'deployed', deployment: listed.length + 1 })
      },
    })

    expect(writes).toBeGreaterThan(3)
  })
})

describe('a server killed at every write of the deletion of an app', () => {
  it('has the app still, or nothing of it after the next sweep', longer, async () => {
    const writes = await killAtEveryStep({
      prepare: async (victim, email) => {
        const name = nameOf(email)
        const { app } = (await push(victim, name, 1)) as DeployWire
        const login = `/api/client/v2.0/app/${name}-aaaaa/auth/providers/anon-user/login`
        await victim.request('POST', login, { json: {} })
        return { name, id: app?._id ?? '' }
      },
      act: (victim, { id }) =>
        victim.request('DELETE', adminPaths.app(victim.projectId, id), {
          bearer: victim.operatorKey,
        }),
      afterwards: async (server, { id }, answered) => {
        const all = (await ask(server, 'GET', adminPaths.apps(server.projectId))) as AppWire[]
        if (answered) expect(all.map(({ _id }) => _id)).not.toContain(id)
      },
      afterSweep: async (server, { name, id }) => {
        const again = (await push(server, name, 1)) as DeployWire
        expect(['deployed', 'unchanged']).toContain(again.outcome)
        if (again.outcome === 'deployed') expect(again.app?._id).not.toBe(id)
        await server.request('DELETE', adminPaths.app(server.projectId, again.app?._id ?? ''), {
          bearer: server.operatorKey,
        })
        await server.sweep()
      },
    })

    expect(writes).toBeGreaterThan(1)
  })
})
