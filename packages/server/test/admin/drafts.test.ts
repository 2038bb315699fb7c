import { adminPaths, type DeploymentWire, type DraftWire } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asOperator } from '../apps/as-operator.ts'
import { refused } from '../client/clients.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server[Symbol.asyncDispose]())

const ask = async (method: string, path: string, json?: unknown) =>
  refused(
    await server.request(method, path, {
      bearer: server.operatorKey,
      ...(json !== undefined && { json }),
    }),
  )

const nobody = '0'.repeat(24)

describe('deployments and drafts', () => {
  it('that are not there are not found', async () => {
    const { projectId, app } = server

    expect(await ask('GET', adminPaths.deployment(projectId, app.id, nobody))).toMatchObject({
      status: 404,
      error_code: 'DeploymentNotFound',
      error: `deployment not found: '${nobody}'`,
    })
    expect(await ask('DELETE', adminPaths.draft(projectId, app.id, nobody))).toMatchObject({
      status: 404,
      error_code: 'DraftNotFound',
      error: `draft not found: '${nobody}'`,
    })
  })

  it('that would lose something are refused', async () => {
    const { projectId, app } = server
    const drafts = adminPaths.drafts(projectId, app.id)
    const [first] = await asOperator<DeploymentWire[]>(
      server,
      'GET',
      adminPaths.deployments(projectId, app.id),
    )
    const draft = await asOperator<DraftWire>(server, 'POST', drafts)
    const values = adminPaths.values(projectId, app.id)
    await asOperator(server, 'POST', values, { name: 'rate', value: 1 })
    const files = {
      ...(
        await asOperator<{ files: object }>(server, 'GET', adminPaths.directory(projectId, app.id))
      ).files,
      'values/rate.json': '{"name":"rate","value":2}',
    }
    await asOperator(server, 'POST', adminPaths.deploy(projectId), { files })

    expect(await ask('POST', drafts)).toMatchObject({
      status: 409,
      error_code: 'DraftAlreadyExists',
      error: 'a draft already exists',
    })
    expect(
      await ask('POST', adminPaths.deployDraft(projectId, app.id, draft._id), {}),
    ).toMatchObject({
      status: 409,
      error:
        'changed by somebody else since the draft was begun: values/rate.json; discard the draft and begin another',
    })
    expect(
      await ask('POST', adminPaths.redeploy(projectId, app.id, first?._id ?? '')),
    ).toMatchObject({
      status: 409,
      error: 'deployment 1 was made without files, so it cannot be brought back',
    })
  })
})
