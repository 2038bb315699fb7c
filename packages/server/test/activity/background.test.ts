import { adminPaths } from '@regent/protocol'
import { startTestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { sweepOnce } from '../../src/jobs/sweep.ts'
import { logIn } from '../client/clients.ts'

const day = 24 * 60 * 60 * 1000

describe('what the server does by itself', () => {
  it('is noted when it deletes a user whom nobody used', async () => {
    await using server = await startTestServer({ settings: { logDays: 200 } })
    const { user_id: userId } = await logIn(server, 'anon-user')
    server.advance(91 * day)

    await expect
      .poll(
        async () => {
          await sweepOnce(server.deps)
          const found = await server.deps.activity.find({ appId: server.app.id, userId })
          return found.map(({ event }) => event)
        },
        { timeout: 15_000 },
      )
      .toEqual(['delete_unused', 'login'])
  })

  it('forgets the log of an app that is deleted, and keeps who deleted it', async () => {
    await using server = await startTestServer()
    const { projectId, app, operatorKey: bearer, deps } = server
    await logIn(server, 'anon-user')
    expect(await deps.activity.find({ appId: app.id })).toHaveLength(1)

    const response = await server.request('DELETE', adminPaths.app(projectId, app.id), { bearer })

    expect(response.status).toBe(204)
    await expect
      .poll(
        async () => {
          await sweepOnce(deps)
          return deps.activity.find({ appId: app.id })
        },
        { timeout: 15_000 },
      )
      .toEqual([])
    expect(await deps.activity.audit.find({ appId: app.id })).toMatchObject([
      { operation: 'deleteApp', status: 204 },
    ])
  })
})
