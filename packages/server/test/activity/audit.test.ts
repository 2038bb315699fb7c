import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { adminPaths } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { openEmbedded } from '../../src/documents/embedded/index.ts'
import { testCluster } from '../../testing/test-cluster.ts'
import { openTempActivity, startedAt } from './open-temp.ts'

const by = (id: string) => ({ id, name: `${id}@example.com`, kind: 'admin' as const })

const engines = [
  { name: 'embedded', cluster: undefined },
  ...(testCluster === undefined ? [] : [{ name: 'MongoDB', cluster: testCluster }]),
]

describe.each(engines)('the audit trail kept by $name', ({ cluster }) => {
  it('has a row from before the action, which is given its end', async () => {
    await using logs = await openTempActivity({ cluster })
    const { audit } = logs.activity
    const action = { operator: by('ada'), operation: 'deleteUser', params: { userId: 'u' } }

    const begun = await audit.begin(action)
    expect(await audit.find({})).toEqual([
      { ...action, id: expect.stringMatching(/^[0-9a-f]{24}$/), at: startedAt },
    ])
    logs.advance(7)
    await begun.end({ status: 204 })
    await begun.end({ status: 500, error: 'a second end' })

    expect(await audit.find({})).toMatchObject([{ ...action, status: 204, endedAt: startedAt + 7 }])
    expect((await audit.find({}))[0]).not.toHaveProperty('error')
  })

  it('is looked through by app, operator, operation, failure, time and place', async () => {
    await using logs = await openTempActivity({ cluster })
    const { audit } = logs.activity
    const done = { status: 204 }
    await audit.keep({ operator: by('ada'), operation: 'a', appId: 'shop' }, done)
    logs.advance(1)
    await audit.keep({ operator: by('bob'), operation: 'b', appId: 'shop', requestId: 'r' }, done)
    logs.advance(1)
    await audit.refuse({ operator: by('ada'), operation: 'c' }, { status: 403, error: 'no' })
    const found = async (query: Parameters<typeof audit.find>[0]): Promise<string> =>
      (await audit.find(query)).map(({ operation }) => operation).join('')

    expect(await found({})).toBe('cba')
    expect(await found({ appId: 'shop' })).toBe('ba')
    expect(await found({ operatorId: 'ada' })).toBe('ca')
    expect(await found({ operation: 'b' })).toBe('b')
    expect(await found({ requestId: 'r' })).toBe('b')
    expect(await found({ failed: true })).toBe('c')
    expect(await found({ after: startedAt, until: startedAt + 1 })).toBe('b')
    expect(await found({ limit: 1 })).toBe('c')
    const [newest] = await audit.find({ limit: 1 })
    expect(await found({ before: newest?.id, limit: 1 })).toBe('b')
  })

  it('outlives its app and the entries, and goes after its own days', async () => {
    const retention = { days: 1, mostEntries: 1_000, auditDays: 30 }
    await using logs = await openTempActivity({ cluster, retention })
    const { activity, advance } = logs
    const day = 24 * 60 * 60 * 1000
    await activity.audit.keep({ operator: by('ada'), operation: 'a', appId: 'x' }, { status: 204 })

    advance(29 * day)
    await activity.trim()
    expect(await activity.audit.find({})).toHaveLength(1)
    advance(day + 1)
    await activity.trim()
    expect(await activity.audit.find({})).toEqual([])
  })
})

describe('attempts of one operator that are refused over and over', () => {
  it('are counted after ten', async () => {
    await using logs = await openTempActivity()
    const { audit } = logs.activity
    const action = { operator: by('eve'), operation: 'deleteUser' }
    for (let count = 0; count < 50; count++)
      await audit.refuse(action, { status: 403, error: 'no' })

    await audit.writeCounted(true)

    const rows = await audit.find({})
    expect(rows.map(({ count = 1 }) => count)).toEqual([40, ...Array(10).fill(1)])
    expect(rows[0]).toMatchObject(action)
  })
})

const secretsOf = ({ projectId, app }: TestServer): string => adminPaths.secrets(projectId, app.id)

describe('an action of an operator', () => {
  it('is in the trail with who, what and how it ended, without what was sent', async () => {
    await using server = await startTestServer()
    const bearer = server.operatorKey
    const value = 'the very secret value'

    const made = await server.request('POST', secretsOf(server), {
      bearer,
      json: { name: 'door', value },
      headers: { 'user-agent': 'tests' },
    })
    const twice = await server.request('POST', secretsOf(server), {
      bearer,
      json: { name: 'door', value },
    })
    await server.request('GET', secretsOf(server), { bearer })

    expect(made.status).toBe(201)
    const rows = await server.deps.activity.audit.find({ appId: server.app.id })
    const common = {
      operator: { id: server.projectId, name: 'operator key', kind: 'key-file' },
      operation: 'createSecret',
      fields: ['name', 'value'],
      name: 'door',
      address: '127.0.0.1',
    }
    expect(rows).toMatchObject([
      { ...common, status: twice.status, error: expect.stringContaining('door') },
      {
        ...common,
        status: 201,
        made: 'door',
        userAgent: 'tests',
        requestId: made.headers.get('x-appservices-request-id'),
      },
    ])
    expect(JSON.stringify(rows)).not.toContain(value)
  })

  it('of somebody without a session is there too, as refused', async () => {
    await using server = await startTestServer()

    await server.request('POST', secretsOf(server), { json: { name: 'door', value: 'x' } })

    const [row] = await server.deps.activity.audit.find({})
    expect(row).toMatchObject({ operation: 'createSecret', status: 401, address: '127.0.0.1' })
    expect(row?.operator).toBeUndefined()
  })

  it('is not done when it cannot be written down', async () => {
    await using server = await startTestServer({
      openDocuments: async folder => {
        await mkdir(join(folder, 'logs.db'))
        return openEmbedded({ path: join(folder, 'system.db') })
      },
    })
    const bearer = server.operatorKey

    const response = await server.request('POST', secretsOf(server), {
      bearer,
      json: { name: 'door', value: 'x' },
    })

    expect(response.status).toBe(503)
    const listed = await server.request('GET', secretsOf(server), { bearer })
    expect(await listed.json()).toEqual([])
  })
})
