import { once } from 'node:events'
import { createServer } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { OutboundError, type OutboundRequest, openOutbound } from '../../src/security/outbound.ts'
import { selfSigned } from './certificate.ts'
import { startWeb } from './web.ts'

const open = (options: Parameters<typeof openOutbound>[0] = {}) => {
  const outbound = openOutbound({ privateAddresses: ['127.0.0.1'], ...options })
  return { ...outbound, [Symbol.asyncDispose]: () => outbound.close() }
}

type Opened = ReturnType<typeof open>

/** What came of a request: the status, or the problem. */
const tryOut = async (outbound: Opened, url: string, more: Partial<OutboundRequest> = {}) => {
  try {
    return (await outbound.send({ url, ...more })).status
  } catch (error) {
    if (error instanceof OutboundError) return error.problem
    throw error
  }
}

describe('an outbound request', () => {
  it('sends method, headers and body, and receives status, headers and body', async () => {
    await using web = await startWeb((request, response) => {
      response.writeHead(418, { 'x-method': request.method ?? '', 'set-cookie': ['a=1', 'b=2'] })
      request.pipe(response)
    })
    await using outbound = open()

    const answer = await outbound.send({
      url: `${web.url}/path?q=1`,
      method: 'post',
      headers: { 'x-mine': ['1', '2'], host: 'elsewhere.example', 'content-length': '1' },
      body: 'grüße',
    })

    expect(answer.status).toBe(418)
    expect(answer.headers['x-method']).toEqual(['POST'])
    expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2'])
    expect(Buffer.from(answer.body).toString()).toBe('grüße')
    expect(web.asked).toEqual(['/path?q=1'])
  })

  it('keeps connections, and begins anew when the other side closed one', async () => {
    await using web = await startWeb((_, response) => response.end('ok'))
    await using outbound = open()
    for (let turn = 0; turn < 5; turn += 1) await outbound.send({ url: web.url })
    expect(web.connections()).toBe(1)

    const { port } = web
    await web.stop()
    await using again = await startWeb((_, response) => response.end('ok'), { port })

    expect(await tryOut(outbound, again.url)).toBe(200)
  })

  it('shows credentials of the address as Basic', async () => {
    await using web = await startWeb((request, response) =>
      response.end(request.headers.authorization),
    )
    await using outbound = open()

    const { body } = await outbound.send({ url: `http://ada:p%40ss@127.0.0.1:${web.port}/` })

    expect(Buffer.from(body).toString()).toBe(`Basic ${btoa('ada:p@ss')}`)
  })

  it('is refused for what is no web address, no method or no header', async () => {
    await using web = await startWeb((_, response) => response.end())
    await using outbound = open()

    const addresses = ['file:///etc/passwd', 'ftp://127.0.0.1/', 'data:,x', 'gopher://x', 'x', '']
    for (const address of addresses) expect(await tryOut(outbound, address)).toBe('refused')
    for (const method of ['CONNECT', 'TRACE', 'GET /x HTTP/1.1\r\n\r\n', ''])
      expect(await tryOut(outbound, web.url, { method })).toBe('refused')
    for (const name of ['x y', 'x\r\ny', ''])
      expect(await tryOut(outbound, web.url, { headers: { [name]: 'v' } })).toBe('refused')
    expect(await tryOut(outbound, web.url, { headers: { x: 'a\r\nb: c' } })).toBe('refused')
    expect(web.asked).toEqual([])
  })
})

describe('a private address', () => {
  it('is refused in every way of writing it, also when a name leads there', async () => {
    await using web = await startWeb((_, response) => response.end())
    await using outbound = open({ privateAddresses: [] })
    const hosts = [
      ...['127.0.0.1', '127.1', '2130706433', '0x7f000001', '0x7f.1', '0177.0.0.1', '0'],
      ...['[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::127.0.0.1]'],
      ...['[64:ff9b::127.0.0.1]', '[2002:7f00:1::]', '169.254.169.254', '10.0.0.1', '100.64.0.1'],
      ...['224.0.0.1', '[ff02::1]', '[fe80::1]', '[fd00:ec2::254]', '168.63.129.16', 'localhost'],
      ...['１２７.0.0.1', '127。0。0。1'],
    ]

    for (const host of hosts)
      expect(await tryOut(outbound, `http://${host}:${web.port}/`), host).toBe('refused')
    expect(web.connections()).toBe(0)
  })

  it('is asked when the settings list it, and only then', async () => {
    await using web = await startWeb((_, response) => response.end())
    await using one = open({ privateAddresses: ['127.0.0.0/24'] })
    await using other = open({ privateAddresses: ['10.0.0.0/8', '::1'] })

    expect(await tryOut(one, web.url)).toBe(200)
    expect(await tryOut(one, `http://[::ffff:127.0.0.1]:${web.port}/`)).toBe(200)
    expect(await tryOut(one, `http://localhost:${web.port}/`)).toBe(200)
    expect(await tryOut(other, web.url)).toBe('refused')
  })

  it('is not reached by a name that changes its mind: what was checked is what is connected to', async () => {
    await using web = await startWeb((_, response) => response.end())
    const answers = ['127.0.0.9', '127.0.0.1', '127.0.0.1', '127.0.0.1']
    const seen: string[] = []
    await using outbound = open({
      privateAddresses: ['127.0.0.9'],
      resolve: (name, answer) => {
        const address = answers.shift() ?? '127.0.0.1'
        seen.push(`${name} ${address}`)
        answer(null, [{ address, family: 4 }])
      },
    })
    const url = `http://rebind.example:${web.port}/`

    expect(await tryOut(outbound, url)).toBe('unreachable')
    expect(await tryOut(outbound, url)).toBe('refused')
    expect(seen).toEqual(['rebind.example 127.0.0.9', 'rebind.example 127.0.0.1'])
    expect(web.connections()).toBe(0)
  })

  it('is left out when a name has public ones too', async () => {
    await using web = await startWeb((_, response) => response.end())
    await using outbound = open({
      privateAddresses: ['127.0.0.1'],
      resolve: (_, answer) =>
        answer(null, [
          { address: '10.0.0.1', family: 4 },
          { address: '127.0.0.1', family: 4 },
        ]),
    })

    expect(await tryOut(outbound, `http://both.example:${web.port}/`)).toBe(200)
  })
})

describe('a redirect', () => {
  it('is an answer unless it is to be followed, and is followed so often and no more', async () => {
    await using web = await startWeb((request, response) => {
      const left = Number(request.url?.slice(1))
      response.writeHead(left === 0 ? 200 : 302, { location: `/${left - 1}` }).end()
    })
    await using outbound = open()

    expect(await tryOut(outbound, `${web.url}/2`)).toBe(302)
    expect(await tryOut(outbound, `${web.url}/2`, { redirects: 2 })).toBe(200)
    expect(await tryOut(outbound, `${web.url}/3`, { redirects: 2 })).toBe('redirect')
  })

  it('to a private address or another scheme is refused', async () => {
    await using inner = await startWeb((_, response) => response.end('secret'), {
      host: '127.0.0.2',
    })
    const places = [inner.url, 'file:///etc/passwd', 'http://[::ffff:169.254.169.254]/', 'ftp://x/']
    for (const location of places) {
      await using web = await startWeb((_, response) => response.writeHead(302, { location }).end())
      await using outbound = open()
      expect(await tryOut(outbound, web.url, { redirects: 5 })).toBe('refused')
    }
    expect(inner.connections()).toBe(0)
  })

  it('takes no credentials and no body to another origin', async () => {
    const seen: unknown[] = []
    await using other = await startWeb((request, response) => {
      seen.push(request.headers)
      response.end()
    })
    const status = { current: 302 }
    await using web = await startWeb((_, response) =>
      response.writeHead(status.current, { location: `${other.url}/there` }).end(),
    )
    await using outbound = open()
    const headers = { authorization: 'Bearer x', cookie: 'a=1', 'x-api-key': 'k', accept: 'a/b' }

    expect(await tryOut(outbound, web.url, { headers, redirects: 1 })).toBe(200)
    expect(seen).toHaveLength(1)
    expect(seen[0]).toMatchObject({ accept: 'a/b' })
    for (const name of ['authorization', 'cookie', 'x-api-key'])
      expect(seen[0]).not.toHaveProperty(name)
    status.current = 307
    const secret = { method: 'POST', body: 'client_secret=x', redirects: 1 }
    expect(await tryOut(outbound, web.url, secret)).toBe('redirect')
    expect(seen).toHaveLength(1)
  })

  it('becomes a GET where browsers make it one', async () => {
    const methods: string[] = []
    await using web = await startWeb((request, response) => {
      methods.push(`${request.method} ${request.headers['content-length']}`)
      const status = Number(request.url?.slice(1))
      if (status) response.writeHead(status, { location: '/' })
      response.end()
    })
    await using outbound = open()

    for (const status of [301, 302, 303, 307, 308])
      await tryOut(outbound, `${web.url}/${status}`, { method: 'POST', body: 'x', redirects: 1 })

    const toGet = ['POST 1', 'GET undefined']
    const toPost = ['POST 1', 'POST 1']
    expect(methods).toEqual([...toGet, ...toGet, ...toGet, ...toPost, ...toPost])
  })
})

describe('an answer', () => {
  it('that is too large is given up, packed or not, whatever length it says', async () => {
    await using web = await startWeb((request, response) => {
      if (request.url === '/bomb') {
        response.setHeader('content-encoding', 'gzip')
        response.end(gzipSync(Buffer.alloc(20_000_000)))
      } else if (request.url === '/headers') {
        response.setHeader('x', 'y'.repeat(100_000)).end()
      } else {
        const timer = setInterval(() => response.write(Buffer.alloc(65_536)), 1)
        response.on('close', () => clearInterval(timer))
      }
    })
    await using outbound = open()

    for (const path of ['/endless', '/bomb', '/headers'])
      expect(await tryOut(outbound, `${web.url}${path}`, { maxBytes: 500_000 })).toBe('too-large')
  })

  it('that is packed is unpacked', async () => {
    await using web = await startWeb((_, response) => {
      response.setHeader('content-encoding', 'gzip').end(gzipSync('hello'))
    })
    await using outbound = open()

    const { body, headers } = await outbound.send({ url: web.url })

    expect(Buffer.from(body).toString()).toBe('hello')
    expect(headers).not.toHaveProperty('content-encoding')
  })

  it('that takes too long is given up: connected, headed or dripping', async () => {
    const silent = createServer(socket => socket.on('error', () => {})).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as { port: number }
    await using web = await startWeb((request, response) => {
      response.writeHead(200)
      if (request.url === '/headed') return void response.flushHeaders()
      const timer = setInterval(() => response.write('.'), 10)
      response.on('close', () => clearInterval(timer))
    })
    await using outbound = open()
    const addresses = [`http://127.0.0.1:${port}/`, `${web.url}/headed`, `${web.url}/dripping`]

    for (const address of addresses) {
      const begun = performance.now()
      expect(await tryOut(outbound, address, { timeoutMs: 200 }), address).toBe('timeout')
      expect(performance.now() - begun).toBeLessThan(2_000)
    }
    silent.close()
  })

  it('that is no HTTP, is cut short or upgrades is no answer', async () => {
    const said = { current: '' }
    const rough = createServer(socket => {
      socket.on('error', () => {})
      socket.once('data', () => socket.end(said.current))
    }).listen(0, '127.0.0.1')
    await once(rough, 'listening')
    const { port } = rough.address() as { port: number }
    await using outbound = open()

    for (const text of [
      'hello\r\n\r\n',
      '',
      'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort',
      'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n',
      'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n',
    ]) {
      said.current = text
      expect(await tryOut(outbound, `http://127.0.0.1:${port}/`), text).toBe('unreachable')
    }
    rough.close()
    expect(await tryOut(outbound, 'http://127.0.0.1:1/')).toBe('unreachable')
    expect(await tryOut(outbound, 'http://no-such-name.invalid/')).toBe('unreachable')
  })

  it('never comes after the end: what is under way is given up', async () => {
    await using web = await startWeb(() => {})
    const outbound = openOutbound({ privateAddresses: ['127.0.0.1'] })

    const asking = outbound.send({ url: web.url }).catch(error => error)
    await outbound.close()

    expect(await asking).toMatchObject({ problem: 'unreachable' })
    expect(await outbound.send({ url: web.url }).catch(error => error)).toMatchObject({
      problem: 'unreachable',
    })
  })
})

describe('TLS', () => {
  it('takes a certificate for the name from an authority that is trusted, and no other', async () => {
    const certificate = selfSigned('localhost')
    await using web = await startWeb((_, response) => response.end(), { certificate })
    await using trusting = open({ authorities: [certificate.cert] })
    await using other = open({ authorities: [selfSigned('localhost').cert] })
    await using usual = open()

    expect(await tryOut(trusting, web.url)).toBe(200)
    expect(await tryOut(trusting, web.url.replace('localhost', '127.0.0.1'))).toBe('unreachable')
    expect(await tryOut(other, web.url)).toBe('unreachable')
    expect(await tryOut(usual, web.url)).toBe('unreachable')
  })

  it('is not given up on the way', async () => {
    const certificate = selfSigned('localhost')
    await using plain = await startWeb((_, response) => response.end())
    await using web = await startWeb(
      (_, response) => response.writeHead(302, { location: plain.url }).end(),
      { certificate },
    )
    await using outbound = open({ authorities: [certificate.cert] })

    expect(await tryOut(outbound, web.url, { redirects: 1 })).toBe('redirect')
    expect(plain.asked).toEqual([])
  })

  it('is demanded where the answer must be trusted, except from listed private addresses', async () => {
    await using web = await startWeb((_, response) => response.end())
    await using outbound = open({
      privateAddresses: ['127.0.0.1'],
      resolve: (_, answer) => answer(null, [{ address: '93.184.215.14', family: 4 }]),
    })
    const needsTls = true

    expect(await tryOut(outbound, web.url, { needsTls })).toBe(200)
    expect(await tryOut(outbound, 'http://8.8.8.8/', { needsTls })).toBe('refused')
    expect(await tryOut(outbound, 'http://public.example/', { needsTls })).toBe('refused')
  })
})

describe('names', () => {
  it('are looked up for many at once, whatever becomes of them', async () => {
    await using web = await startWeb((_, response) => response.end())
    await using outbound = open()
    const good = `http://localhost:${web.port}/`
    const bad = Array.from({ length: 8 }, (_, at) => `http://no-such-name-${at}.invalid/`)

    const all = await Promise.all([good, ...bad, good].map(url => tryOut(outbound, url)))

    expect(all).toEqual([200, ...bad.map(() => 'unreachable'), 200])
  })
})
