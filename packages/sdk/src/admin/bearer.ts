import type { OperatorLoginWire, OperatorRefreshWire } from '@regent/protocol'
import { adminPaths } from '@regent/protocol/paths'
import { AdminError } from './error.ts'

/** Who uses the Admin API. */
export type AdminCredentials =
  /** An operator key; a server keeps one in `<data>/operator.key`. */
  | { readonly operatorKey: string }
  | { readonly email: string; readonly password: string }
  /** A key pair, as `regent admins keys create` makes it. */
  | { readonly publicKey: string; readonly privateKey: string }

type SendOptions = { readonly bearer?: string; readonly json?: unknown }

/** Sends one request as it is. */
export type Send = (method: string, path: string, options: SendOptions) => Promise<Response>

/** What requests carry to say who asks. */
export type Bearer = {
  /** Logs in when nobody is logged in. */
  token(): Promise<string>
  /** Another token in place of one that was refused or may soon be; `undefined` when there is no other. */
  renew(refused: string): Promise<string | undefined>
  /** Ends the session on the server, if there is one. */
  logOut(): Promise<void>
}

type Tokens = { readonly access: string; readonly refresh: string }

const readJson = async <T>(response: Response): Promise<T> => {
  if (response.status >= 400) throw await AdminError.fromResponse(response)
  return (await response.json()) as T
}

/** The operator key is its own token, and the only one. */
const keyBearer = (operatorKey: string): Bearer => ({
  token: async () => operatorKey,
  renew: async () => undefined,
  logOut: async () => {},
})

const loginOf = (
  credentials: Exclude<AdminCredentials, { readonly operatorKey: string }>,
): readonly [path: string, json: unknown] => {
  if ('email' in credentials) {
    const { email, password } = credentials
    return [adminPaths.operatorLogIn(), { username: email, password }]
  }
  const { publicKey, privateKey } = credentials
  return [adminPaths.operatorKeyLogIn(), { username: publicKey, apiKey: privateKey }]
}

/** Logs in at the first request; one log-in or refresh at a time, however many requests wait for it. */
export const openBearer = (credentials: AdminCredentials, send: Send): Bearer => {
  if ('operatorKey' in credentials) return keyBearer(credentials.operatorKey)
  const [loginPath, json] = loginOf(credentials)
  let current: Promise<Tokens> | undefined

  const keep = (next: Promise<Tokens>): Promise<Tokens> => {
    current = next
    next.catch(() => {
      if (current === next) current = undefined
    })
    return next
  }

  const logIn = async (): Promise<Tokens> => {
    const answer = await readJson<OperatorLoginWire>(await send('POST', loginPath, { json }))
    return { access: answer.access_token, refresh: answer.refresh_token }
  }

  const refresh = async ({ refresh }: Tokens): Promise<Tokens> => {
    const response = await send('POST', adminPaths.operatorSession(), { bearer: refresh })
    if (response.status === 401) return logIn()
    const { access_token: access } = await readJson<OperatorRefreshWire>(response)
    return { access, refresh }
  }

  return {
    token: async () => (await (current ?? keep(logIn()))).access,
    renew: async refused => {
      const before = current
      const known = await before
      const isMine = known?.access === refused && current === before
      return (await (isMine ? keep(refresh(known)) : (current ?? keep(logIn())))).access
    },
    logOut: async () => {
      const known = await current
      current = undefined
      if (known) await send('DELETE', adminPaths.operatorSession(), { bearer: known.refresh })
    },
  }
}
