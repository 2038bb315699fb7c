import { readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { clientPaths, serverPaths } from '@regent/protocol'
import { describe, expect, it } from 'vitest'
import { startCli } from '../../../cli/test/process.ts'
import { run } from '../../../cli/test/terminal.ts'
import { makeFolder } from '../documents/embedded/open-temp.ts'
import { clientAppId, type Serving, serve, until } from './serve.ts'

const two = { args: ['--workers', '2'] }
const patient = 120_000

const serveTwo = async (dataDir: string): Promise<Serving> => {
  const server = await serve(dataDir, two)
  await server.waitForWorkers(2)
  expect((await server.push(1)).status).toBe(200)
  await until(
    async () => [await server.logIn(), await server.logIn()].map(({ status }) => status),
    statuses => statuses.every(status => status === 200),
  )
  return server
}

describe('a server of two workers', () => {
  it('shares users, sessions, data and deployments between them', {
    timeout: patient,
  }, async () => {
    await using folder = await makeFolder()
    await using server = await serveTwo(folder.path)

    const { body } = await server.logIn()
    const refreshed = await Promise.all([1, 2, 3, 4].map(() => server.refresh(body.refresh_token)))
    expect(refreshed.map(({ status }) => status)).toEqual([201, 201, 201, 201])

    const token = refreshed[0]?.body.access_token
    const place = { database: 'shop', collection: 'things' }
    const document = { _id: 'hammer' }
    const inserted = await server.call(
      token,
      'insertOne',
      [{ ...place, document }],
      'mongodb-atlas',
    )
    const found = await Promise.all(
      [1, 2].map(() =>
        server.call(token, 'findOne', [{ ...place, query: document }], 'mongodb-atlas'),
      ),
    )
    expect([inserted.status, ...found.map(answer => answer.body)]).toEqual([
      200,
      document,
      document,
    ])

    const versions = () => Promise.all([1, 2].map(() => server.call(token, 'version')))
    expect((await server.push(2)).body.outcome).toBe('deployed')
    const { ms } = await until(versions, answers =>
      answers.every(({ body }) => body.$numberLong === '2'),
    )
    expect(ms).toBeLessThan(10_000)

    const out = await server.ask('DELETE', clientPaths.session(), {
      bearer: String(body.refresh_token),
    })
    const after = await Promise.all([1, 2].map(() => server.refresh(body.refresh_token)))
    expect([out.status, ...after.map(({ status }) => status)]).toEqual([204, 401, 401])
  })

  it('streams to a client what another worker has written', { timeout: patient }, async () => {
    await using folder = await makeFolder()
    await using server = await serveTwo(folder.path)
    const token = (await server.logIn()).body.access_token
    const place = { database: 'shop', collection: 'things' }
    const streams = await Promise.all([1, 2].map(() => watch(server.url, String(token), place)))

    await server.call(token, 'insertOne', [{ ...place, document: { _id: 1 } }], 'mongodb-atlas')

    for (const stream of streams) {
      await until(
        async () => stream.said(),
        said => said.includes('"operationType":"insert"'),
      )
      stream.close()
    }
  })

  it('counts failed log-ins together', { timeout: patient }, async () => {
    await using folder = await makeFolder()
    await using server = await serveTwo(folder.path)
    const wrong = { username: 'ada@example.com', password: 'not hers' }

    const statuses: number[] = []
    for (let guess = 0; guess < 14; guess += 1) {
      statuses.push((await server.logIn('local-userpass', wrong)).status)
    }

    expect(statuses).toEqual([...Array(10).fill(401), ...Array(4).fill(429)])
  })

  it('is one server to health checks, commands and those who start another', {
    timeout: patient,
  }, async () => {
    await using folder = await makeFolder()
    await using server = await serveTwo(folder.path)

    const ready = await Promise.all([1, 2].map(() => server.ask('GET', serverPaths.ready())))
    const users = await run(['users', 'list', '--json', '--data', folder.path])
    const again = await run(['serve', '--port', '0', '--data', folder.path])
    const file = JSON.parse(await readFile(join(folder.path, 'server.json'), 'utf8'))

    expect(ready.map(({ status }) => status)).toEqual([200, 200])
    expect(users.code).toBe(0)
    expect(file).toMatchObject({ pid: server.pid, url: server.url })
    expect(again.err).toContain(`(process ${server.pid}, ${server.url})`)
    const lines = server.said().trim().split('\n')
    expect(lines.filter(line => line.includes('"listening"'))).toHaveLength(1)
    for (const line of lines) JSON.parse(line)
  })

  it('answers what is under way before it stops', { timeout: patient }, async () => {
    await using folder = await makeFolder()
    await using server = await serveTwo(folder.path)
    const underWay = await Promise.all([beginSignUp(server.url), beginSignUp(server.url)])

    server.kill('SIGTERM')
    await server.waitFor(/"msg":"stopping"/)
    const statuses = await Promise.all(underWay.map(finish => finish()))

    expect(statuses).toEqual([201, 201])
    expect(await server.ended).toBe(0)
    expect(server.said().match(/"msg":"stopping"/g)).toHaveLength(1)
  })

  it('says what keeps the first worker from starting, and ends', { timeout: patient }, async () => {
    await using folder = await makeFolder()
    await using server = await serveTwo(folder.path)
    const port = new URL(server.url).port
    await using elsewhere = await makeFolder()

    await using refused = startCli(
      ['serve', '--port', port, '--data', elsewhere.path, '--workers', '2'],
      { patienceMs: 60_000 },
    )

    expect(await refused.ended).toBe(1)
    expect(refused.said()).toContain(`✗ Port ${port} on 127.0.0.1 is taken by another program.`)
    expect(refused.said()).toContain('✗ The first of the workers could not start')
  })
})

/** Sends all but the end of a sign-up; resolves when the server has a part of it. */
const beginSignUp = (url: string): Promise<() => Promise<number | undefined>> => {
  const email = `${Math.trunc(performance.now() * 1e6)}@example.com`
  const body = JSON.stringify({ email, password: 'correct horse' })
  const asked = request(`${url}${clientPaths.register(clientAppId)}`, {
    method: 'POST',
    agent: false,
    headers: {
      'content-type': 'application/json',
      'content-length': body.length,
      expect: '100-continue',
    },
  })
  const answered = new Promise<number | undefined>((resolve, reject) => {
    asked.on('response', response => resolve(response.statusCode)).on('error', reject)
  })
  return new Promise(resolve => {
    asked.on('continue', () => {
      asked.write(body.slice(0, 10))
      resolve(() => {
        asked.end(body.slice(10))
        return answered
      })
    })
    asked.flushHeaders()
  })
}

/** A stream of changes, as its client hears it. */
const watch = (
  url: string,
  token: string,
  place: object,
): Promise<{ said(): string; close(): void }> => {
  const call = { name: 'watch', service: 'mongodb-atlas', arguments: [place] }
  const path = `${clientPaths.callFunction(clientAppId)}?baas_request=${encodeURIComponent(
    Buffer.from(JSON.stringify(call)).toString('base64'),
  )}`
  const headers = { authorization: `Bearer ${token}`, accept: 'text/event-stream' }
  return new Promise((resolve, reject) => {
    const asked = request(`${url}${path}`, { agent: false, headers }, response => {
      let said = ''
      response.setEncoding('utf8').on('data', text => {
        said += text
      })
      response.on('error', () => {})
      resolve({ said: () => said, close: () => asked.destroy() })
    })
    asked.on('error', reject)
    asked.end()
  })
}
