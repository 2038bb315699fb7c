import type { RequestListener } from 'node:http'
import { createServer } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { gzipSync } from 'node:zlib'
import { clientPaths } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it, vi } from 'vitest'
import type { App } from '../../src/domain/app.ts'
import { logIn, refused } from '../client/clients.ts'
import { claimsOfAda, reasons, startShop, tryToken } from '../providers/token-shop.ts'
import { selfSigned } from '../security/certificate.ts'
import { newRsa } from '../security/signers.ts'
import { startWeb } from '../security/web.ts'

const unavailable = {
  status: 503,
  error: "the auth provider 'custom-token' cannot be reached now, try again",
}
const unauthorized = { status: 401, error: 'unauthorized', error_code: 'AuthError' }

const signer = newRsa()
const good = JSON.stringify({ keys: [signer.jwk('a')] })
const token = (): string => signer.sign(claimsOfAda({ aud: 'shop' }), { kid: 'a' })

const byAddress = (jwkURI: string) => ({
  config: { signingAlgorithm: 'RS256', useJWKURI: true, jwkURI, audience: 'shop' },
})

const canRefresh = async (server: TestServer, bearer: string): Promise<void> => {
  const renewed = await server.request('POST', clientPaths.session(), { bearer })
  expect(renewed.status).toBe(201)
}

describe('a key server that cannot be trusted', () => {
  it('lets nobody in, while everybody else goes on', async () => {
    await using inner = await startWeb((_, response) => response.end(good), { host: '127.0.0.2' })
    const answers: Record<string, RequestListener> = {
      down: (_, response) => response.writeHead(500).end(good),
      absent: (_, response) => response.writeHead(404).end(good),
      'no content': (_, response) => response.writeHead(204).end(),
      'a page': (_, response) => response.end('<html>log in here</html>'),
      huge: (_, response) => response.end(`{"keys":[],"x":"${'x'.repeat(2_000_000)}"}`),
      bomb: (_, response) =>
        response.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(50_000_000))),
      'cut short': (_, response) => {
        response.writeHead(200, { 'content-length': 10_000 }).write(good)
        setImmediate(() => response.destroy())
      },
      'for ever around': (request, response) =>
        response.writeHead(302, { location: `${request.url}x` }).end(),
      inwards: (_, response) => response.writeHead(302, { location: inner.url }).end(),
      'to a file': (_, response) =>
        response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
    }
    await using web = await startWeb((request, response) => {
      const name = decodeURIComponent(request.url?.slice(1) ?? '').replace(/x+$/, '')
      answers[name]?.(request, response)
    })
    const names = Object.keys(answers)
    await using server = await startShop(...names.map(name => byAddress(`${web.url}/${name}`)))
    const { refresh_token } = await logIn(server, 'anon-user')

    for (const [at, name] of names.entries()) {
      const answer = await tryToken(server, token(), { app: server.apps[at] as App })
      expect(await refused(answer), name).toEqual(unavailable)
      await canRefresh(server, refresh_token)
    }
    expect(inner.connections()).toBe(0)
    expect(reasons(server)).toHaveLength(names.length)
    for (const reason of reasons(server)) expect(reason).toMatch(/^no key set from 127\.0\.0\.1/)
  })

  it('that lies with other keys gets 401 for the tokens it did not sign', async () => {
    const liar = newRsa()
    await using web = await startWeb((_, response) =>
      response.end(JSON.stringify({ keys: [liar.jwk('a')] })),
    )
    await using server = await startShop(byAddress(web.url))
    const { refresh_token } = await logIn(server, 'anon-user')

    expect(await refused(await tryToken(server, token()))).toEqual(unauthorized)
    expect(reasons(server)).toEqual(['its signature is wrong'])
    await canRefresh(server, refresh_token)
  })

  it('that is slow, in any way, holds log-ins for five seconds, all by one request, and no refresh', async () => {
    let connections = 0
    const silent = createServer(socket => {
      connections += 1
      socket.on('error', () => {})
    }).listen(0, '127.0.0.1')
    await new Promise(resolve => silent.once('listening', resolve))
    const { port } = silent.address() as { port: number }
    await using web = await startWeb((_, response) => {
      const timer = setInterval(() => response.write(' '), 20)
      response.on('close', () => clearInterval(timer))
    })
    await using server = await startShop(byAddress(`http://127.0.0.1:${port}/`), byAddress(web.url))
    const { refresh_token } = await logIn(server, 'anon-user')

    const waiting = server.apps.flatMap(app =>
      Array.from({ length: 10 }, () => tryToken(server, token(), { app })),
    )
    for (let turn = 0; turn < 5; turn += 1) await canRefresh(server, refresh_token)
    for (const answer of await Promise.all(waiting))
      expect(await refused(answer)).toEqual(unavailable)

    expect([connections, web.connections()]).toEqual([1, 1])
    expect(reasons(server)).toHaveLength(20)
    for (const reason of reasons(server)) expect(reason).toMatch('no whole answer within 5000 ms')
    silent.close()
  }, 60_000)
})

/** Certificates of this authority are good everywhere in this process meanwhile. */
const trust = (authority: string): Disposable => {
  const before = getCACertificates()
  setDefaultCACertificates([...before, authority])
  return { [Symbol.dispose]: () => setDefaultCACertificates(before) }
}

describe('functions that wait for other servers', () => {
  it('take no connection that log-ins need, not even to the same server', async () => {
    const certificate = selfSigned('localhost')
    using _ = trust(certificate.cert)
    await using web = await startWeb(
      (request, response) => {
        if (request.url === '/keys') response.end(good)
      },
      { certificate },
    )
    const { config } = byAddress(`${web.url}/keys`)
    await using server = await startTestServer({
      app: {
        clientAppId: 'test-aaaaa',
        functions: {
          wait: `exports = url => Promise.all(Array(100).fill(url).map(url => context.http.get({ url })))`,
        },
        providers: [{ type: 'custom-token', config }],
      },
    })
    const { deps, app } = server
    const args = [`${web.url}/slow`]
    const waiting = [1, 2, 3, 4].map(() =>
      deps.functions.run(app, { name: 'wait', args, caller: undefined }).catch(() => 'ended'),
    )
    await vi.waitFor(() => expect(web.asked.length).toBeGreaterThanOrEqual(64), 10_000)

    expect((await tryToken(server, token())).status).toBe(200)
    await web.stop()
    for (const one of waiting) expect(await one).toBe('ended')
  })
})

describe('an address that leads inside', () => {
  it('is never asked, however it is written', async () => {
    await using web = await startWeb((_, response) => response.end(good), { host: '127.0.0.2' })
    const { port } = web
    const addresses = [
      `http://127.0.0.2:${port}/`,
      `http://2130706434:${port}/`,
      `http://0x7f000002:${port}/`,
      `http://0177.0.0.2:${port}/`,
      `http://127.2:${port}/`,
      `http://[::ffff:127.0.0.2]:${port}/`,
      `http://[64:ff9b::127.0.0.2]:${port}/`,
      'http://169.254.169.254/latest/meta-data/',
      'http://[fd00:ec2::254]/',
      'http://0.0.0.0/',
      'file:///etc/passwd',
      'data:application/json,{}',
    ]
    await using server = await startShop(...addresses.map(byAddress))
    const { refresh_token } = await logIn(server, 'anon-user')

    for (const [at, address] of addresses.entries()) {
      const answer = await tryToken(server, token(), { app: server.apps[at] as App })
      expect(await refused(answer), address).toEqual(unavailable)
    }
    expect(web.connections()).toBe(0)
    await canRefresh(server, refresh_token)
  })
})

describe('a flood of tokens', () => {
  it('with unknown kids makes one request a minute to the key server', async () => {
    await using web = await startWeb((_, response) => response.end(good))
    await using server = await startShop(byAddress(web.url))
    const { refresh_token } = await logIn(server, 'anon-user')
    expect((await tryToken(server, token())).status).toBe(200)
    const flood = async (): Promise<void> => {
      const tries = Array.from({ length: 100 }, (_, at) =>
        tryToken(server, signer.sign(claimsOfAda({ aud: 'shop' }), { kid: `k-${at}` })),
      )
      for (const answer of await Promise.all(tries))
        expect(await refused(answer)).toEqual(unauthorized)
    }

    await flood()
    expect(web.asked).toHaveLength(1)
    server.advance(60_000)
    await flood()

    expect(web.asked).toHaveLength(2)
    expect((await tryToken(server, token())).status).toBe(200)
    await canRefresh(server, refresh_token)
  })

  it('finds the last good keys while the key server is down', async () => {
    const state = { isDown: false }
    await using web = await startWeb((_, response) => {
      if (state.isDown) response.destroy()
      else response.end(good)
    })
    await using server = await startShop(byAddress(web.url))
    expect((await tryToken(server, token())).status).toBe(200)
    state.isDown = true

    server.advance(2 * 3_600_000)
    const exp = Math.floor(server.deps.now() / 1_000) + 60
    const later = signer.sign({ sub: 'ada', aud: 'shop', exp })

    expect((await tryToken(server, later)).status).toBe(200)
    expect(server.logs()).toContainEqual(
      expect.objectContaining({ msg: 'a key set cannot be had' }),
    )
  })
})
