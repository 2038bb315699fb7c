import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Answer = (response: ServerResponse, issuer: string, request: IncomingMessage) => void

/** Where a provider can be asked, and what it answers there in place of the truth. */
export type Lies = {
  readonly discovery?: Answer
  readonly jwks?: Answer
  readonly token?: Answer
  readonly userinfo?: Answer
}

export const hostileClient = 'shop-at-the-provider'
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
const otherKeys = generateKeyPairSync('rsa', { modulusLength: 2048 })

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')

const signedBy = (key: KeyObject, claims: object): string => {
  const text = `${encode({ alg: 'RS256', kid: 'k' })}.${encode(claims)}`
  return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`
}

const goodClaims = (issuer: string) => {
  const now = Math.floor(Date.now() / 1000)
  return { iss: issuer, aud: hostileClient, sub: 'ada', iat: now, exp: now + 600 }
}

/** An ID token as it should be, but for what is changed. */
export const idToken = (issuer: string, change: object = {}): string =>
  signedBy(keys.privateKey, { ...goodClaims(issuer), ...change })

export const strangersToken = (issuer: string): string =>
  signedBy(otherKeys.privateKey, goodClaims(issuer))

export const unsignedToken = (issuer: string): string =>
  `${encode({ alg: 'none', kid: 'k' })}.${encode(goodClaims(issuer))}.AA`

export const json =
  (value: object | ((issuer: string) => object), status = 200): Answer =>
  (response, issuer) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(typeof value === 'function' ? value(issuer) : value))
  }

export const metadata = (issuer: string) => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/jwks`,
  userinfo_endpoint: `${issuer}/userinfo`,
  id_token_signing_alg_values_supported: ['RS256'],
})

const truth: Required<Lies> = {
  discovery: json(metadata),
  jwks: json({
    keys: [{ ...keys.publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256', use: 'sig' }],
  }),
  token: json(issuer => ({ id_token: idToken(issuer), access_token: 'access-of-ada' })),
  userinfo: json({ sub: 'ada', email: 'ada@example.com' }),
}

/** Never answers. */
export const silent: Answer = () => {}

/** Sends a byte now and then, for ever. */
export const dripping: Answer = response => {
  response.writeHead(200, { 'content-type': 'application/json' })
  const timer = setInterval(() => response.write(' '), 200)
  response.once('close', () => clearInterval(timer))
}

/** Sends as much as is taken. */
export const endless: Answer = response => {
  response.writeHead(200, { 'content-type': 'application/json' })
  const more = (): void => {
    while (!response.destroyed && response.write(' '.repeat(65_536))) {}
  }
  response.on('drain', more)
  more()
}

export const elsewhere: Answer = (response, issuer) =>
  void response.writeHead(302, { location: `${issuer}/jwks` }).end()

export type HostileProvider = AsyncDisposable & { readonly issuer: string }

/** A provider on loopback that lies where it is told to. */
export const startHostileProvider = async (lies: Lies, port = 0): Promise<HostileProvider> => {
  const { discovery, jwks, token, userinfo } = { ...truth, ...lies }
  const answers: Readonly<Record<string, Answer>> = {
    '/.well-known/openid-configuration': discovery,
    '/jwks': jwks,
    '/token': token,
    '/userinfo': userinfo,
  }
  const server = createServer((request: IncomingMessage, response) => {
    response.on('error', () => {})
    const answer = answers[request.url ?? '']
    if (answer) answer(response, issuer, request)
    else response.writeHead(404).end()
  })
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    issuer,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
