import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export const graphApp = { id: '1234567890', secret: 'secret-of-the-shop-at-facebook' }

type GraphToken = {
  readonly appId: string
  readonly userId: string
  readonly isValid?: boolean
  readonly type?: string
  /** Seconds since 1970. */
  readonly expiresAt?: number
}

export type GraphServer = AsyncDisposable & {
  readonly url: string
  /** Access tokens that it knows, by their text. */
  readonly tokens: Map<string, GraphToken>
  /** Codes of log-ins by redirect: whose token each gives, and for which address. */
  readonly codes: Map<string, { readonly token: string; readonly redirectUri: string }>
  readonly people: Map<string, Readonly<Record<string, unknown>>>
  /** Fields asked for so far. */
  readonly asked: string[]
}

const refuse = (response: ServerResponse, code: number, message: string): void => {
  response.writeHead(400).end(JSON.stringify({ error: { code, message, type: 'OAuthException' } }))
}

const debugToken = ({ tokens }: GraphServer, query: URLSearchParams, response: ServerResponse) => {
  if (query.get('access_token') !== `${graphApp.id}|${graphApp.secret}`)
    return refuse(response, 190, 'Invalid OAuth access token')
  const found = tokens.get(query.get('input_token') ?? '')
  const { appId, userId, isValid = true, type = 'USER', expiresAt = 0 } = found ?? {}
  const data = found
    ? { app_id: appId, user_id: userId, is_valid: isValid, type, expires_at: expiresAt }
    : { is_valid: false, error: { code: 190 } }
  return response.end(JSON.stringify({ data }))
}

const me = (
  { tokens, people, asked }: GraphServer,
  query: URLSearchParams,
  response: ServerResponse,
) => {
  const token = query.get('access_token') ?? ''
  const proof = createHmac('sha256', graphApp.secret).update(token).digest('hex')
  if (query.get('appsecret_proof') !== proof)
    return refuse(response, 100, 'Invalid appsecret_proof provided in the API argument')
  const person = people.get(tokens.get(token)?.userId ?? '')
  const fields = (query.get('fields') ?? '').split(',')
  asked.push(...fields)
  const known = fields.filter(field => person?.[field] !== undefined)
  return response.end(JSON.stringify(Object.fromEntries(known.map(name => [name, person?.[name]]))))
}

const exchange = ({ codes }: GraphServer, form: URLSearchParams, response: ServerResponse) => {
  const found = codes.get(form.get('code') ?? '')
  const isApp =
    form.get('client_id') === graphApp.id && form.get('client_secret') === graphApp.secret
  if (!isApp || found?.redirectUri !== form.get('redirect_uri'))
    return response.writeHead(400).end(JSON.stringify({ error: 'invalid_grant' }))
  codes.delete(form.get('code') ?? '')
  return response.end(JSON.stringify({ access_token: found.token, token_type: 'bearer' }))
}

/** The part of Facebook's Graph API that log-ins use, on loopback. */
export const startGraphServer = async (): Promise<GraphServer> => {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://graph')
    const form = new URLSearchParams(await text(request))
    response.setHeader('content-type', 'application/json')
    if (pathname === '/v23.0/debug_token') debugToken(graph, searchParams, response)
    else if (pathname === '/v23.0/me') me(graph, searchParams, response)
    else if (pathname === '/v23.0/oauth/access_token') exchange(graph, form, response)
    else response.writeHead(404).end()
  }
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const graph: GraphServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v23.0`,
    tokens: new Map(),
    codes: new Map(),
    people: new Map(),
    asked: [],
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
  return graph
}
