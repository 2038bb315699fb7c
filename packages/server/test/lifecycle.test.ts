import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { clientPaths, serverPaths } from '@regent/protocol'
import { readServerFile } from '@regent/server'
import { startTestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { openEmbedded } from '../src/documents/embedded/index.ts'
import { logIn, profileOf, refused } from './client/clients.ts'
import { type RawAnswer, requestRaw, sendRaw } from './http/raw.ts'

const location = clientPaths.location('test-aaaaa')

const modeOf = async (path: string): Promise<string> =>
  ((await stat(path)).mode & 0o777).toString(8)

/** Resolves when the condition holds. */
const until = async (isTrue: () => boolean): Promise<void> => {
  while (!isTrue()) await new Promise(resolve => setImmediate(resolve))
}

describe('a data folder', () => {
  it('holds its keys for the owner only, and keeps users, keys and project over a restart', async () => {
    const first = await startTestServer()
    const { dataDir, operatorKey, projectId } = first
    const { access_token, refresh_token } = await logIn(first, 'anon-user')
    await first.stop()

    await using second = await startTestServer({
      dataDir,
      settings: { publicUrl: first.url },
    })
    await using _folder = { [Symbol.asyncDispose]: () => rm(dataDir, { recursive: true }) }

    for (const file of ['master.key', 'operator.key', 'server.json', 'system.db'])
      expect([file, await modeOf(join(dataDir, file))]).toEqual([file, '600'])
    expect(await modeOf(dataDir)).toBe('700')
    expect([second.operatorKey, second.projectId]).toEqual([operatorKey, projectId])
    expect((await profileOf(second, access_token)).identities).toHaveLength(1)
    const refresh = await second.request('POST', clientPaths.session(), { bearer: refresh_token })
    expect(refresh.status).toBe(201)
    expect(second.running.deployed[0]?.outcome).toBe('unchanged')
  })

  it('belongs to one server at a time', async () => {
    await using server = await startTestServer()

    await expect(startTestServer({ dataDir: server.dataDir })).rejects.toThrow(
      `another Regent server is using the data folder ${server.dataDir}`,
    )
    expect((await server.request('GET', location)).status).toBe(200)
    expect(await readServerFile(server.dataDir)).toMatchObject({ url: server.url })
  })

  it('says who runs on it while somebody does', async () => {
    await using server = await startTestServer()

    expect(await readServerFile(server.dataDir)).toEqual({
      url: server.url,
      publicUrl: server.url,
      projectId: server.projectId,
      clientAppIds: ['test-aaaaa'],
      pid: process.pid,
    })
    await server.stop()
    expect(await readServerFile(server.dataDir)).toBeUndefined()
  })

  it('with a broken or foreign key file is an error at the start', async () => {
    const first = await startTestServer()
    await first.stop()
    const { dataDir } = first
    const keyFile = join(dataDir, 'master.key')
    await using _folder = { [Symbol.asyncDispose]: () => rm(dataDir, { recursive: true }) }
    const key = await readFile(keyFile, 'utf8')

    await writeFile(keyFile, 'short\n')
    await expect(startTestServer({ dataDir })).rejects.toThrow(
      `${keyFile} does not hold a key of 32 bytes`,
    )
    await writeFile(keyFile, `${'A'.repeat(43)}\n`)
    await expect(startTestServer({ dataDir })).rejects.toThrow('is it the right master key?')
    await writeFile(keyFile, key)
    await using second = await startTestServer({ dataDir })
    expect(second.projectId).toBe(first.projectId)
  })
})

describe('a port in use', () => {
  it('ends the start and frees the folder', async () => {
    const other = createServer()
    await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as { port: number }
    const first = await startTestServer()
    await first.stop()
    const { dataDir } = first
    await using _folder = { [Symbol.asyncDispose]: () => rm(dataDir, { recursive: true }) }

    await expect(startTestServer({ dataDir, settings: { port } })).rejects.toThrow('EADDRINUSE')
    other.close()
    await using second = await startTestServer({ dataDir, settings: { port } })
    expect(second.url).toBe(`http://127.0.0.1:${port}`)
  })
})

describe('starting', () => {
  it('answers requests that came as soon as the port was bound', async () => {
    let early: Promise<RawAnswer> | undefined
    await using _server = await startTestServer({
      openDocuments: async (folder, { publicUrl = '' }) => {
        early = requestRaw(publicUrl, `GET ${location}`)
        // Answered by the bare listener: so the request sent before it has arrived.
        await sendRaw(publicUrl, 'nonsense\r\n\r\n')
        return await openEmbedded({ path: join(folder, 'system.db') })
      },
    })

    expect((await early)?.status).toBe(200)
  })
})

describe('stopping', () => {
  it('lets requests under way end, and takes no more', async () => {
    const server = await startTestServer({
      settings: { passwordMemoryKib: 65_536, passwordPasses: 8 },
    })
    const body = '{"email":"ada@example.com","password":"correct horse"}'
    const path = clientPaths.register('test-aaaaa')
    const slow = sendRaw(
      server.url,
      `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    )
    const idle = await fetch(`${server.url}${location}`)
    await idle.text()
    await until(() => server.logs().length > 0)

    const stopped = server.stop()
    const answer = await slow
    await stopped

    expect(answer.status).toBe(201)
    expect(answer.headers.connection).toBe('close')
    await expect(fetch(`${server.url}${location}`)).rejects.toThrow()
    await server[Symbol.asyncDispose]()
  })

  it('does not wait for a client that never ends its request', async () => {
    const server = await startTestServer({ settings: { stopSeconds: 0 } })
    const open = sendRaw(server.url, 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n')
    await server.request('GET', location)

    await server[Symbol.asyncDispose]()

    expect((await open).status).toBe(0)
  })
})

describe('health', () => {
  it('tells alive from able to take writes', async () => {
    const server = await startTestServer()
    const ask = (path: string) => server.request('GET', path)

    expect((await ask(serverPaths.healthy())).status).toBe(200)
    expect(await (await ask(serverPaths.ready())).json()).toEqual({ status: 'ok' })
    await server[Symbol.asyncDispose]()
  })
})

describe('overload', () => {
  it('is answered 503 with Retry-After, early, and health still answers', async () => {
    await using server = await startTestServer({
      settings: { maxInFlight: 1, passwordMemoryKib: 65_536, passwordPasses: 4 },
    })
    const path = clientPaths.register('test-aaaaa')
    const register = (name: string) =>
      server.request('POST', path, { json: { email: `${name}@b.c`, password: '123456' } })

    const answers = await Promise.all(['a', 'b', 'c', 'd'].map(register))
    const [, healthy] = await Promise.all([
      register('f'),
      server.request('GET', serverPaths.healthy()),
    ])

    const refusals = answers.filter(answer => answer.status === 503)
    expect(answers.filter(answer => answer.status === 201)).toHaveLength(1)
    expect(refusals).toHaveLength(3)
    for (const refusal of refusals) {
      expect(refusal.headers.get('retry-after')).toBe('1')
      expect(await refused(refusal)).toEqual({
        status: 503,
        error: 'too busy, try again in a moment',
      })
    }
    expect(healthy?.status).toBe(200)
    expect((await register('e')).status).toBe(201)
  })
})

describe('the log', () => {
  it('has one line per request, and no secret in any of them', async () => {
    await using server = await startTestServer()
    const password = 'correct horse battery'
    const json = { email: 'ada@example.com', password }
    await server.request('POST', `${clientPaths.register('test-aaaaa')}?token=secret123`, { json })
    const { access_token, refresh_token } = await logIn(server, 'local-userpass', {
      username: json.email,
      password,
    })
    await profileOf(server, access_token)
    await server.request('POST', clientPaths.session(), { bearer: refresh_token })
    await server.request('POST', clientPaths.resetSend('test-aaaaa'), { json })
    const key = (await readFile(join(server.dataDir, 'operator.key'), 'utf8')).trim()

    const requests = server.logs().filter(line => line.msg === 'request')
    expect(requests.map(line => line.status)).toEqual([201, 200, 200, 201, 204])
    expect(requests[0]).toMatchObject({
      method: 'POST',
      path: clientPaths.register('test-aaaaa'),
      app: 'test-aaaaa',
      ms: expect.any(Number),
      ip: '127.0.0.1',
    })
    const text = JSON.stringify(server.logs())
    for (const secret of [password, access_token, refresh_token, 'secret123', key])
      expect(text).not.toContain(secret)
  })
})
