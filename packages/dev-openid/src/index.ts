import { randomBytes } from 'node:crypto'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'
import { type SignedIn, signIn } from './browser.ts'
import type { Client } from './client.ts'
import { type Code, type CodeFlow, getCode, getTokens, type TokenSet } from './code-flow.ts'
import { configure } from './configuration.ts'
import { interact } from './interaction.ts'
import { type Algorithm, newKeys, type SigningKey, signClaims } from './keys.ts'
import { openMemory } from './memory.ts'
import { ada, grace, type Person } from './person.ts'

export type { SignedIn } from './browser.ts'
export type { Client } from './client.ts'
export type { Code, TokenSet } from './code-flow.ts'
export type { Algorithm } from './keys.ts'
export { ada, grace, type Person } from './person.ts'

export type OpenIdProviderOptions = {
  /** Default a free one. */
  readonly port?: number
  readonly clients: readonly Client[]
  /** Default Ada and Grace. */
  readonly users?: readonly Person[]
}

/** Who signs in, and for which client; default the first of each. */
export type Login = {
  readonly clientId?: string
  /** `sub` of the person. */
  readonly person?: string
  readonly nonce?: string
  /** Default `openid email profile`; `offline_access` is not needed for a refresh token. */
  readonly scope?: string
}

export type OpenIdProvider = {
  /** `http://127.0.0.1:<port>`. */
  readonly issuer: string
  readonly jwksUri: string
  /** The ID token that the code flow gives. */
  idTokenFor(login?: Login): Promise<string>
  tokensFor(login?: Login): Promise<TokenSet>
  /** A code to be exchanged, with its PKCE verifier. */
  codeFor(login?: Login): Promise<Code>
  /**
   * Follows an authorization address as a browser would, up to the client's own address, which is not asked.
   *
   * @param person `sub` of who is picked; default the first, empty for nobody
   * @throws Error when the provider refuses
   */
  signIn(authorizationUrl: string, person?: string): Promise<SignedIn>
  /** A JWT with just these claims, signed by the current key. */
  sign(
    claims: Readonly<Record<string, unknown>>,
    options?: {
      readonly algorithm?: Algorithm
      readonly header?: Readonly<Record<string, unknown>>
    },
  ): string
  /** Adds a person, or changes the one with the same `sub`. */
  setPerson(person: Person): void
  /** Signs with new keys from now on; the old ones stay published unless `forget`. */
  rotateKeys(options?: { readonly forget?: boolean }): Promise<void>
  stop(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

const listen = async (server: Server, port: number): Promise<string> => {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const close = (server: Server): Promise<void> =>
  new Promise(resolve => {
    server.close(() => resolve())
    server.closeAllConnections()
  })

/** A new person changes which claims there are, new keys the key set: the provider is made again, its memory stays. */
const openHouse = (issuer: string, clients: readonly Client[], people: Map<string, Person>) => {
  const adapter = openMemory()
  const cookieKey = randomBytes(16).toString('hex')
  let handle: RequestListener = (_, response) => response.writeHead(503).end()
  return {
    handle: ((request, response) => handle(request, response)) satisfies RequestListener,
    build: (keys: readonly SigningKey[]): void => {
      const provider = new Provider(
        issuer,
        configure({ clients, people, keys, cookieKey, adapter }),
      )
      const answer = provider.callback()
      handle = (request, response) => {
        if (!request.url?.startsWith('/interaction/')) return void answer(request, response)
        interact({ provider, people, request, response }).catch(error => {
          response.writeHead(400, { 'content-type': 'text/plain' }).end(String(error))
        })
      }
    },
  }
}

/**
 * Starts an OpenID provider on loopback: code flow with PKCE, refresh tokens, user info, revocation. Nobody is
 * asked for a password.
 */
export const startOpenIdProvider = async ({
  port = 0,
  clients,
  users: given = [ada, grace],
}: OpenIdProviderOptions): Promise<OpenIdProvider> => {
  const server = createServer()
  const [issuer, firstKeys] = await Promise.all([listen(server, port), newKeys()])
  const people = new Map(given.map(person => [person.sub, person]))
  const house = openHouse(issuer, clients, people)
  let keys = firstKeys
  house.build(keys)
  server.on('request', house.handle)

  const toFlow = ({ clientId, person = given[0]?.sub ?? '', ...rest }: Login): CodeFlow => {
    const client = clients.find(({ id }) => clientId === undefined || id === clientId)
    if (!client) throw new Error(`no such client: ${clientId}`)
    return { issuer, client, person, ...rest }
  }
  const stop = (): Promise<void> => close(server)

  return {
    issuer,
    jwksUri: `${issuer}/jwks`,
    tokensFor: async (login = {}) => getTokens(toFlow(login)),
    idTokenFor: async (login = {}) => (await getTokens(toFlow(login))).id_token,
    codeFor: async (login = {}) => getCode(toFlow(login)),
    signIn: (authorizationUrl, person = given[0]?.sub ?? '') => signIn(authorizationUrl, person),
    sign: (claims, { algorithm = 'RS256', header } = {}) =>
      signClaims(claims, keys.find(({ alg }) => alg === algorithm) as SigningKey, header),
    setPerson: person => {
      people.set(person.sub, person)
      house.build(keys)
    },
    rotateKeys: async ({ forget = false } = {}) => {
      keys = [...(await newKeys()), ...(forget ? [] : keys)]
      house.build(keys)
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
