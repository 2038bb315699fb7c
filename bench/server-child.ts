import { type Child, startChild } from './child.ts'
import { type LoadOptions, type LoadResult, rawRequest, runLoad } from './load.ts'

export type Hello = { readonly port: number; readonly clientAppId: string }
export type Requests = Pick<LoadOptions, 'port' | 'request'>

type RegentOptions = {
  readonly maxBatch?: number
  /** PEM of the key that tokens for `custom-token` are signed with. */
  readonly tokenKey?: string
  /** True when users have custom data. Default false. */
  readonly withCustomData?: boolean
}

/** A Regent server in a process of its own. */
export const startRegent = ({
  maxBatch = 1_000,
  tokenKey = '',
  withCustomData = false,
}: RegentOptions = {}): Promise<Child<Hello>> =>
  startChild<Hello>('./servers/regent.ts', [
    String(maxBatch),
    tokenKey,
    ...(withCustomData ? ['people'] : []),
  ])

export const client = '/api/client/v2.0'

/** Token refreshes of random users among those that are made for it. */
export const refreshRequests = async (regent: Child<Hello>, users: number): Promise<Requests> => {
  const { said } = await regent.ask<{ said: string[] }>({ ask: 'users', count: users })
  const requests = said.map(token => rawRequest('POST', `${client}/auth/session`, { token }))
  return { port: regent.hello.port, request: n => requests[n % requests.length] as Buffer }
}

export const signUpRequests = ({ hello }: Child<Hello>): Requests => {
  const path = `${client}/app/${hello.clientAppId}/auth/providers/anon-user/login`
  const request = rawRequest('POST', path, { body: {} })
  return { port: hello.port, request: () => request }
}

export type Account = { readonly email: string; readonly password: string }

/** Registers accounts over the wire. */
export const register = async ({ hello }: Child<Hello>, count: number): Promise<Account[]> => {
  const path = `/app/${hello.clientAppId}/auth/providers/local-userpass/register`
  const accounts = Array.from({ length: count }, (_, index) => ({
    email: `user-${index}@example.com`,
    password: `correct horse battery ${index}`,
  }))
  const url = `http://127.0.0.1:${hello.port}${client}${path}`
  for (const account of accounts) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(account),
    })
    if (!response.ok) throw new Error(`register: ${response.status} ${await response.text()}`)
  }
  return accounts
}

export const logInRequests = ({ hello }: Child<Hello>, accounts: readonly Account[]): Requests => {
  const path = `${client}/app/${hello.clientAppId}/auth/providers/local-userpass/login`
  const requests = accounts.map(({ email, password }) =>
    rawRequest('POST', path, { body: { username: email, password } }),
  )
  return { port: hello.port, request: n => requests[n % requests.length] as Buffer }
}

/** A run whose first second is not counted, so that what is compared is warm. */
export const warmRun = async (options: LoadOptions): Promise<LoadResult> => {
  await runLoad({ ...options, durationMs: 1_000 })
  return noRefusals(await runLoad(options))
}

/** A figure counts only when every request was answered with success. */
export const noRefusals = (result: LoadResult): LoadResult => {
  if (result.refused > 0) throw new Error(`${result.refused} requests were refused`)
  return result
}
