import type { AdminProfileWire } from '@regent/protocol'
import { adminPaths } from '@regent/protocol/paths'
import { type AdminCredentials, openBearer } from './bearer.ts'
import { AdminError } from './error.ts'

export type AdminClientOptions = AdminCredentials & {
  /** Origin of the server, as `http://127.0.0.1:9090`. */
  readonly baseUrl: string
  /** Time for one request, in milliseconds; default 30,000. */
  readonly timeoutMs?: number
  readonly fetch?: typeof fetch
}

type AskOptions = {
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  /** Default that of the client; `Infinity` for answers that go on as long as they like. */
  readonly timeoutMs?: number
}

export type RequestOptions = AskOptions & {
  /** Sent as JSON. */
  readonly body?: unknown
}

export type SendOptions = AskOptions & {
  /** Sent as it is. */
  readonly content?: {
    readonly type: string
    readonly data: string | Uint8Array | ReadableStream<Uint8Array>
  }
  /** What the answer may be. Default anything. */
  readonly accept?: string
}

/** Requests to one server as one operator. */
export type AdminHttp = {
  /**
   * The answer's JSON, `undefined` when it has no body.
   *
   * @throws AdminError for any status from 400 on, and when no answer came.
   */
  request<T>(method: string, path: string, options?: RequestOptions): Promise<T>
  /** The answer itself, for bodies that are files or streams. @throws AdminError as `request` does */
  send(method: string, path: string, options?: SendOptions): Promise<Response>
  /** The answer as a stream, which may go on as long as it likes. @throws AdminError as `request` does */
  stream(method: string, path: string): Promise<ReadableStream<Uint8Array>>
  /** Who asks. */
  profile(): Promise<AdminProfileWire>
  /** The id that all other paths begin with; asked once. */
  projectId(): Promise<string>
  /** Ends the session of this client; the next request logs in again. */
  logOut(): Promise<void>
}

const urlOf = (origin: string, path: string, query: AskOptions['query'] = {}): URL => {
  const url = new URL(origin + path)
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value))
  }
  return url
}

const bodyOf = (content: SendOptions['content']): RequestInit =>
  content === undefined
    ? {}
    : ({ body: content.data, duplex: 'half' } as RequestInit & { readonly duplex: 'half' })

export const createAdminHttp = ({
  baseUrl,
  timeoutMs = 30_000,
  fetch = globalThis.fetch,
  ...credentials
}: AdminClientOptions): AdminHttp => {
  const origin = baseUrl.replace(/\/+$/, '')
  let project: Promise<string> | undefined

  const sendAs = (
    bearer: string | undefined,
    method: string,
    path: string,
    options: SendOptions,
  ): Promise<Response> => {
    const { query, content, accept, timeoutMs: ownMs = timeoutMs } = options
    return fetch(urlOf(origin, path, query), {
      method,
      ...(Number.isFinite(ownMs) && { signal: AbortSignal.timeout(ownMs) }),
      headers: {
        ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        ...(content && { 'content-type': content.type }),
        ...(accept !== undefined && { accept }),
      },
      ...bodyOf(content),
    }).catch((cause: unknown) => {
      throw new AdminError(`no answer from ${origin}`, { cause })
    })
  }

  const toContent = (json: unknown): SendOptions =>
    json === undefined ? {} : { content: { type: 'application/json', data: JSON.stringify(json) } }

  const bearer = openBearer(credentials, (method, path, { bearer: own, json }) =>
    sendAs(own, method, path, toContent(json)),
  )

  /** A stream can be sent once only, so its token is renewed before. */
  const tokenFor = async ({ content }: SendOptions): Promise<string> => {
    const token = await bearer.token()
    if (!(content?.data instanceof ReadableStream)) return token
    return (await bearer.renew(token)) ?? token
  }

  const send: AdminHttp['send'] = async (method, path, options = {}) => {
    const token = await tokenFor(options)
    let response = await sendAs(token, method, path, options)
    if (response.status === 401 && !(options.content?.data instanceof ReadableStream)) {
      const other = await bearer.renew(token)
      if (other !== undefined) {
        await response.body?.cancel()
        response = await sendAs(other, method, path, options)
      }
    }
    if (response.status >= 400) throw await AdminError.fromResponse(response)
    return response
  }

  const request: AdminHttp['request'] = async <T>(
    method: string,
    path: string,
    { body, ...options }: RequestOptions = {},
  ): Promise<T> => {
    const text = await (await send(method, path, { ...options, ...toContent(body) })).text()
    return (text === '' ? undefined : JSON.parse(text)) as T
  }

  const stream: AdminHttp['stream'] = async (method, path) => {
    const { body } = await send(method, path, { timeoutMs: Number.POSITIVE_INFINITY })
    if (body === null) throw new AdminError('the answer is empty')
    // A stream that nobody reads yet is ended when its response is collected as garbage.
    return body.pipeThrough(new TransformStream<Uint8Array, Uint8Array>())
  }

  const profile = (): Promise<AdminProfileWire> => request('GET', adminPaths.profile())

  return {
    request,
    send,
    stream,
    profile,
    projectId: () => {
      const asked = project ?? profile().then(({ roles }) => roles[0]?.group_id ?? '')
      project = asked
      asked.catch(() => {
        project = undefined
      })
      return asked
    },
    logOut: () => bearer.logOut(),
  }
}
