import { adminPaths } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { refused } from '../client/clients.ts'

const call = (server: TestServer, method: string, path: string, json?: unknown) =>
  server.request(method, path, {
    bearer: server.operatorKey,
    ...(json !== undefined && { json }),
  })

const pathsOf = ({ projectId, app }: TestServer) => ({
  all: adminPaths.secrets(projectId, app.id),
  one: (name: string) => adminPaths.secret(projectId, app.id, name),
})

describe('secrets of an app', () => {
  it('come in, are listed by name, change and go; no answer and no log line tells a value', async () => {
    await using server = await startTestServer()
    const { all, one } = pathsOf(server)
    const read = (name: string) => server.deps.appSecrets.read(server.app.id, name)

    const made = await call(server, 'POST', all, { name: 'idpKey', value: 'hush-1' })
    await call(server, 'POST', all, { name: 'another', value: 'hush-2' })
    const listed = await call(server, 'GET', all)
    const first = [await read('idpKey'), await read('idpKey')]
    const changed = await call(server, 'PUT', one('idpKey'), { name: 'idpKey', value: 'hush-3' })
    const second = [await read('idpKey'), await read('idpKey')]
    const renamed = await call(server, 'PUT', one('another'), { name: 'newer', value: '' })
    const gone = await call(server, 'DELETE', one('idpKey'))

    expect(made.status).toBe(201)
    expect(await made.json()).toEqual({ _id: 'idpKey', name: 'idpKey' })
    expect(await listed.json()).toEqual([
      { _id: 'another', name: 'another' },
      { _id: 'idpKey', name: 'idpKey' },
    ])
    expect([changed.status, renamed.status, gone.status]).toEqual([204, 204, 204])
    expect(await server.deps.appSecrets.list(server.app.id)).toEqual(['newer'])
    expect([...first, ...second]).toEqual(['hush-1', 'hush-1', 'hush-3', 'hush-3'])
    expect(await read('idpKey')).toBeUndefined()
    expect(await read('newer')).toBe('hush-2')
    expect(JSON.stringify(server.logs())).not.toContain('hush')
  })

  it('are made once, however many ask at the same time', async () => {
    await using server = await startTestServer()
    const { all } = pathsOf(server)
    const values = Array.from({ length: 8 }, (_, at) => `hush-${at}`)

    const answers = await Promise.all(
      values.map(async value => ({
        value,
        status: (await call(server, 'POST', all, { name: 'idpKey', value })).status,
      })),
    )

    const made = answers.filter(({ status }) => status === 201)
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)])
    expect(await server.deps.appSecrets.read(server.app.id, 'idpKey')).toBe(made[0]?.value)
  })

  it('are refused when they are unknown, taken, or no secrets', async () => {
    await using server = await startTestServer()
    const { all, one } = pathsOf(server)
    const say = async (method: string, path: string, json?: unknown) =>
      refused(await call(server, method, path, json))
    for (const name of ['a', 'b']) await call(server, 'POST', all, { name, value: 'x' })
    const unknown = { status: 404, error: 'secret not found: "nobody"' }
    const taken = { status: 409, error: 'there is a secret "a" already' }

    expect(await say('PUT', one('nobody'), { name: 'nobody', value: 'x' })).toEqual(unknown)
    expect(await say('DELETE', one('nobody'))).toEqual(unknown)
    expect(await say('POST', all, { name: 'a', value: 'y' })).toEqual(taken)
    expect(await say('PUT', one('b'), { name: 'a', value: 'y' })).toEqual(taken)
    expect(await say('POST', all, { name: '../a', value: 'y' })).toMatchObject({
      status: 400,
      error: "'name' must be 1 to 64 letters, digits, _ or -",
    })
    expect(await say('POST', all, { name: 'c', value: 'x'.repeat(16_385) })).toMatchObject({
      status: 400,
      error: "'value' must be at most 16384 characters",
    })
    for (const body of [undefined, [], { name: 'c' }, { name: { $ne: null }, value: 'x' }]) {
      expect((await call(server, 'POST', all, body)).status).toBe(400)
    }
    expect(await server.deps.appSecrets.list(server.app.id)).toEqual(['a', 'b'])
  })

  it('belong to one app', async () => {
    await using server = await startTestServer({
      app: [{ clientAppId: 'shop-aaaaa' }, { clientAppId: 'forum-bbbbb' }],
    })
    await call(server, 'POST', pathsOf(server).all, { name: 'idpKey', value: 'hush' })

    const others = adminPaths.secrets(server.projectId, server.apps[1]?.id ?? '')

    expect(await (await call(server, 'GET', others)).json()).toEqual([])
  })
})
