import { createHash, randomBytes } from 'node:crypto'
import { signIn } from './browser.ts'
import type { Client } from './client.ts'

/** What the token endpoint gave. */
export type TokenSet = {
  readonly id_token: string
  readonly access_token: string
  readonly refresh_token?: string
  readonly expires_in: number
  readonly token_type: string
}

export type CodeFlow = {
  readonly issuer: string
  readonly client: Client
  /** `sub` of who signs in. */
  readonly person: string
  readonly nonce?: string
  /** Default `openid email profile`. */
  readonly scope?: string
}

/** A code and what it is exchanged with. */
export type Code = {
  readonly code: string
  readonly redirectUri: string
  readonly verifier: string
}

/** Signs a person in as far as the code. */
export const getCode = async ({
  issuer,
  client,
  person,
  nonce,
  scope = 'openid email profile',
}: CodeFlow): Promise<Code> => {
  const verifier = randomBytes(32).toString('base64url')
  const redirectUri = client.redirectUris[0] ?? ''
  const query = new URLSearchParams({
    client_id: client.id,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope,
    state: randomBytes(8).toString('hex'),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...(nonce !== undefined && { nonce }),
  })
  const { url } = await signIn(`${issuer}/auth?${query}`, person)
  const code = new URL(url).searchParams.get('code')
  if (code === null) throw new Error(`no code came back: ${url}`)
  return { code, redirectUri, verifier }
}

/** Signs a person in with the authorization code flow and PKCE, as the client would. */
export const getTokens = async (flow: CodeFlow): Promise<TokenSet> => {
  const { issuer, client } = flow
  const { code, redirectUri, verifier } = await getCode(flow)
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
      client_id: client.id,
      ...(client.secret !== undefined && { client_secret: client.secret }),
    }),
  })
  if (!response.ok) throw new Error(`the token endpoint answered: ${await response.text()}`)
  return (await response.json()) as TokenSet
}
