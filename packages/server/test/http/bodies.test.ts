import { connect, type Socket } from 'node:net'
import { clientPaths } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { logIn } from '../client/clients.ts'

const role = {
  name: 'all',
  applyWhen: {},
  read: true,
  write: true,
  insert: true,
  delete: true,
  search: true,
}
const source = {
  name: 'mongodb-atlas',
  link: { kind: 'own' },
  rules: [],
  defaultRule: { roles: [role], filters: [] },
} as const

/** A server whose room for bodies is one MiB. */
const startSmall = (): Promise<TestServer> =>
  startTestServer({ app: { dataSources: [source] }, settings: { heldDataMib: 1 } })

const insertOf = (id: string, kibibytes: number): string =>
  JSON.stringify({
    name: 'insertOne',
    service: 'mongodb-atlas',
    arguments: [
      {
        database: 'shop',
        collection: 'items',
        document: { _id: id, text: 'x'.repeat(kibibytes * 1024) },
      },
    ],
  })

/** Sends the head of a call and half of its body; gives the other half. */
const sendHalf = async (server: TestServer, bearer: string, body: string) => {
  const { hostname, port } = new URL(server.url)
  const socket: Socket = connect(Number(port), hostname)
  const closed = new Promise(resolve => socket.once('close', resolve))
  // One that is cut off finds out as it likes.
  socket.on('error', () => {})
  const head = [
    `POST ${clientPaths.callFunction(server.app.clientAppId)} HTTP/1.1`,
    'host: localhost',
    `authorization: Bearer ${bearer}`,
    'content-type: application/json',
    `content-length: ${body.length}`,
    'connection: close',
  ]
  const half = body.length / 2
  await new Promise<void>(resolve => {
    socket.write(`${head.join('\r\n')}\r\n\r\n${body.slice(0, half)}`, () => resolve())
  })
  return {
    sendRest: async (): Promise<string> => {
      let answer = ''
      socket.on('data', text => {
        answer += text
      })
      socket.write(body.slice(half))
      await closed
      return answer.split('\r\n', 1)[0] ?? ''
    },
    hangUp: () => socket.destroy(),
  }
}

const call = (server: TestServer, bearer: string, body: string): Promise<Response> =>
  server.request('POST', clientPaths.callFunction(server.app.clientAppId), {
    bearer,
    body,
    headers: { 'content-type': 'application/json' },
  })

const logInBoth = async (server: TestServer): Promise<[string, string]> => {
  const [ada, bob] = [await logIn(server, 'anon-user'), await logIn(server, 'anon-user')]
  return [ada.access_token, bob.access_token]
}

const pause = (milliseconds: number): Promise<string> =>
  new Promise(resolve => setTimeout(() => resolve('nothing'), milliseconds))

describe('large bodies', () => {
  it('wait for each other when there is no room for both, and small ones for none', async () => {
    await using server = await startSmall()
    const [ada, bob] = await logInBoth(server)

    const first = await sendHalf(server, ada, insertOf('first', 600))
    await pause(200)
    const second = call(server, bob, insertOf('second', 600)).then(({ status }) => status)
    expect((await call(server, bob, insertOf('small', 1))).status).toBe(200)
    expect(await Promise.race([second, pause(500)])).toBe('nothing')

    expect(await first.sendRest()).toBe('HTTP/1.1 200 OK')
    expect(await second).toBe(200)
  })

  it('give their room back when the sender hangs up', async () => {
    await using server = await startSmall()
    const [ada, bob] = await logInBoth(server)

    const first = await sendHalf(server, ada, insertOf('first', 600))
    await pause(200)
    const second = call(server, bob, insertOf('second', 600)).then(({ status }) => status)
    first.hangUp()

    expect(await second).toBe(200)
  })

  it('are not held up by one that comes too slowly', { timeout: 60_000 }, async () => {
    await using server = await startSmall()
    const [ada, bob] = await logInBoth(server)

    const first = await sendHalf(server, ada, insertOf('first', 900))
    await pause(200)
    const second = await call(server, bob, insertOf('second', 900))

    expect(second.status).toBe(200)
    expect(await first.sendRest()).toBe('')
  })
})
