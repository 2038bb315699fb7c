import type { AdminProfileWire } from '@regent/protocol'
import { adminPaths } from '@regent/protocol/paths'
import { AdminError } from './error.ts'

export type AdminClientOptions = {
  /** Origin of the server, as `http://127.0.0.1:9090`. */
  readonly baseUrl: string
  /** An operator key; a server keeps one in `<data>/operator.key`. */
  readonly operatorKey: string
  /** Time for one request, in milliseconds; default 30,000. */
  readonly timeoutMs?: number
  readonly fetch?: typeof fetch
}

type RequestOptions = {
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly body?: unknown
  /** Default that of the client. */
  readonly timeoutMs?: number
}

/** Requests to one server with one operator key. */
export type AdminHttp = {
  /**
   * The answer's JSON, `undefined` when it has no body.
   *
   * @throws AdminError for any status from 400 on, and when no answer came.
   */
  request<T>(method: string, path: string, options?: RequestOptions): Promise<T>
  /** The id that all other paths begin with; asked once. */
  projectId(): Promise<string>
}

export const createAdminHttp = ({
  baseUrl,
  operatorKey,
  timeoutMs = 30_000,
  fetch = globalThis.fetch,
}: AdminClientOptions): AdminHttp => {
  const origin = baseUrl.replace(/\/+$/, '')
  let profile: Promise<AdminProfileWire> | undefined

  const request: AdminHttp['request'] = async <T>(
    method: string,
    path: string,
    { query = {}, body, timeoutMs: ownMs = timeoutMs }: RequestOptions = {},
  ): Promise<T> => {
    const url = new URL(origin + path)
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value))
    }
    const response = await fetch(url, {
      method,
      signal: AbortSignal.timeout(ownMs),
      headers: {
        authorization: `Bearer ${operatorKey}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }).catch((cause: unknown) => {
      throw new AdminError(`no answer from ${origin}`, { cause })
    })
    if (response.status >= 400) throw await AdminError.fromResponse(response)
    const text = await response.text()
    return (text === '' ? undefined : JSON.parse(text)) as T
  }

  return {
    request,
    projectId: async () => {
      profile ??= request<AdminProfileWire>('GET', adminPaths.profile())
      profile.catch(() => {
        profile = undefined
      })
      return (await profile).roles[0].group_id
    },
  }
}
