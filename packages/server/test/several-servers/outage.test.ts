import { clientPaths, serverPaths } from '@regent/protocol'
import { describe, expect, it } from 'vitest'
import { type Answer, type Serving, until } from '../workers/serve.ts'
import { openProxy } from './proxy.ts'
import { openSeveral } from './several.ts'

const patient = 480_000
/** What `docs/scaling.md` promises. */
const boundMs = 15_000
/** A machine that does much else answers later. */
const slackMs = 45_000

/** A server whose store is reached through a proxy. */
const startBehindProxy = async (context: Parameters<typeof openSeveral>[0]) => {
  await using opened = new AsyncDisposableStack()
  const several = opened.use(await openSeveral(context))
  const { hostname, port } = new URL(several.store)
  const proxy = opened.use(await openProxy({ host: hostname, port: Number(port || 27_017) }))
  const behind = new URL(several.store)
  behind.host = `127.0.0.1:${proxy.port}`
  const server = await several.start({ store: behind.href })
  expect((await server.push(1)).status).toBe(200)
  const owned = opened.move()
  return { server, proxy, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** One of each kind of request that asks the store. */
const askEverything = (
  server: Serving,
  { refreshToken, strangersToken }: { refreshToken: unknown; strangersToken: unknown },
): Promise<Answer[]> =>
  Promise.all([
    server.logIn(),
    server.logIn('local-userpass', { username: 'ada@example.com', password: 'wrong' }),
    server.refresh(refreshToken),
    server.refresh(strangersToken),
    server.ask('DELETE', clientPaths.session(), { bearer: String(strangersToken) }),
    server.ask('GET', serverPaths.ready()),
  ])

const expectRefusals = (answers: readonly Answer[]): void => {
  for (const { status, body, ms } of answers) {
    expect(status).toBe(503)
    expect(body.error).toBe('the store cannot take writes now, try again')
    expect(ms).toBeLessThan(boundMs + slackMs)
  }
}

describe('a store that is away', () => {
  it('gives 503 within the bound, lets nobody in, and is used again when it is back', {
    timeout: patient,
  }, async context => {
    await using behind = await startBehindProxy(context)
    const { server, proxy } = behind
    const mine = await server.logIn()
    const loggedOut = (await server.logIn()).body.refresh_token
    await server.ask('DELETE', clientPaths.session(), { bearer: String(loggedOut) })
    const tokens = { refreshToken: mine.body.refresh_token, strangersToken: loggedOut }

    for (const away of [proxy.refuse, proxy.hang, proxy.refuse]) {
      away()
      expectRefusals(await askEverything(server, tokens))
      expectRefusals(await askEverything(server, tokens))
      const alive = await server.ask('GET', serverPaths.healthy())
      expect(alive.status).toBe(200)

      proxy.pass()
      const { ms } = await until(
        () => server.refresh(tokens.refreshToken),
        ({ status }) => status === 201,
      )
      expect(ms).toBeLessThan(boundMs + slackMs)
      const after = await askEverything(server, tokens)
      expect(after.map(({ status }) => status)).toEqual([200, 401, 201, 401, 401, 200])
    }
  })
})

describe('a store that takes two seconds for everything', () => {
  it('is waited for, within the bound of each of its answers', {
    timeout: patient,
  }, async context => {
    await using behind = await startBehindProxy(context)
    const { server, proxy } = behind
    const { body } = await server.logIn()

    proxy.pass(1_000)
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => server.refresh(body.refresh_token)),
    )
    proxy.pass()

    for (const { status, ms } of answers) {
      expect(status).toBe(201)
      expect(ms).toBeLessThan(boundMs + slackMs)
    }
    expect(Math.max(...answers.map(({ ms }) => ms))).toBeGreaterThan(1_900)
  })
})
