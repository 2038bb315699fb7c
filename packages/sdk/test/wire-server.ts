import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

export type Seen = {
  readonly method: string
  readonly path: string
  readonly bearer: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: unknown
}

type Answer = {
  readonly status: number
  readonly body?: unknown
  readonly headers?: object
  /** Writes the body by itself, when it likes. */
  readonly stream?: (response: ServerResponse) => void
}
type Reply = Answer | undefined

/** Answers in place of the rules below; `undefined` leaves the request to them. */
export type Override = (request: Seen) => Reply | Promise<Reply>

const client = '/api/client/v2.0'

/** Three parts as a client reads them; nobody here checks a signature. */
export const makeToken = (claims: object): string => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'none' })}.${part({ iat: 1, exp: 2, ...claims })}.signature`
}

const invalidSession: Answer = {
  status: 401,
  body: { error: 'invalid session', error_code: 'InvalidSession' },
}

/**
 * The smallest server that a client of the wire can live on: sessions in two maps and nothing else. It is
 * where a test decides what answers a client gets, which a real server cannot be made to give.
 */
export const startWireServer = async () => {
  const requests: Seen[] = []
  const sessions = new Map<string, string>()
  const accessTokens = new Map<string, string>()
  let made = 0
  let override: Override = () => undefined

  const makeAccessToken = (userId: string, claims: object = {}): string => {
    const token = makeToken({ sub: userId, jti: ++made, ...claims })
    accessTokens.set(token, userId)
    return token
  }

  const logIn = (userId: string): Answer => {
    const refreshToken = makeToken({ sub: userId, typ: 'refresh', jti: ++made })
    sessions.set(refreshToken, userId)
    return {
      status: 200,
      body: {
        access_token: makeAccessToken(userId),
        refresh_token: refreshToken,
        user_id: userId,
        device_id: '65a0c0ffee0000000000d001',
      },
    }
  }

  const answer = ({ method, path, bearer, body }: Seen): Answer => {
    const { username } = (body ?? {}) as { username?: string }
    const userId = accessTokens.get(bearer ?? '')
    if (path.includes('/functions/call')) {
      return userId === undefined ? invalidSession : { status: 200, body: 'null' }
    }
    switch (
      `${method} ${path.replace(/^.*\/auth\//, 'auth/').replace(/^.*\/location$/, 'location')}`
    ) {
      case 'GET location':
        return { status: 200, body: { hostname: url, ws_hostname: '' } }
      case 'POST auth/providers/anon-user/login':
        return logIn(`anon-${++made}`)
      case 'POST auth/providers/local-userpass/login':
        return logIn(`user-${username}`)
      case 'POST auth/providers/local-userpass/login?link=true':
        return userId === undefined ? invalidSession : logIn(userId)
      case 'POST auth/session': {
        const sub = sessions.get(bearer ?? '')
        return sub === undefined
          ? invalidSession
          : { status: 201, body: { access_token: makeAccessToken(sub) } }
      }
      case 'DELETE auth/session':
        return sessions.delete(bearer ?? '') ? { status: 204 } : invalidSession
      case 'GET auth/profile': {
        if (userId === undefined) return invalidSession
        const type = userId.startsWith('anon') ? 'anon-user' : 'local-userpass'
        const data = type === 'anon-user' ? {} : { email: userId.slice(5) }
        const identities = [{ id: `${userId}-identity`, provider_type: type, provider_id: 'p' }]
        return { status: 200, body: { user_id: userId, identities, data, type: 'normal' } }
      }
      case 'DELETE auth/delete': {
        if (userId === undefined) return invalidSession
        for (const [token, sub] of sessions) if (sub === userId) sessions.delete(token)
        return { status: 204 }
      }
      default:
        return { status: 404, body: { error: `no such path: ${path}` } }
    }
  }

  const write = (response: ServerResponse, { status, body, headers, stream }: Answer): void => {
    if (stream) {
      response.writeHead(status, { 'content-type': 'text/event-stream', ...headers })
      response.flushHeaders()
      stream(response)
      return
    }
    const type = body === undefined ? {} : { 'content-type': 'application/json' }
    response.writeHead(status, { ...type, ...headers })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }

  const server = createServer(async (request, response) => {
    const sent = await text(request)
    const seen: Seen = {
      method: request.method ?? '',
      path: request.url ?? '',
      bearer: request.headers.authorization?.replace(/^Bearer /, ''),
      headers: request.headers,
      body: sent === '' ? undefined : JSON.parse(sent),
    }
    requests.push(seen)
    write(response, (await override(seen)) ?? answer(seen))
  })
  // A thousand calls at once on a busy machine wait for longer than the defaults.
  server.keepAliveTimeout = 60_000
  const address = { port: 0, host: '127.0.0.1', backlog: 4_096 }
  await new Promise<void>(resolve => server.listen(address, resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    url,
    requests,
    sessions,
    /** Every access token handed out so far is refused from now on. */
    expireAccessTokens: () => accessTokens.clear(),
    makeAccessToken,
    answerWith: (reply: Override) => {
      override = reply
    },
    count: (method: string, path: string) =>
      requests.filter(seen => seen.method === method && seen.path.endsWith(path)).length,
    pathTo: (path: string) => `${client}${path}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

export type WireServer = Awaited<ReturnType<typeof startWireServer>>

/** A folder that is gone when the test is over. */
export const makeFolder = () => {
  const path = mkdtempSync(join(tmpdir(), 'regent-sdk-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}
