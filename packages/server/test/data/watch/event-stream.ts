import { request as httpRequest, type IncomingMessage } from 'node:http'
import { clientPaths, parseEjson } from '@regent/protocol'
import type { TestServer } from '@regent/server/testing'
import type { Document } from 'bson'

/** What a client says to open a stream. */
export type Asked = {
  readonly token?: string
  /** Where the token goes. Default the header, as realm-web; native clients use the query. */
  readonly tokenIn?: 'header' | 'query'
  readonly headers?: Readonly<Record<string, string>>
  readonly service?: string
  /** Default `watch`. */
  readonly name?: string
  /** Joined to `database` and `collection`. */
  readonly watch?: Readonly<Record<string, unknown>>
}

/** An error event. */
export type LastWord = { readonly error: string; readonly error_code: string }

/** A stream as clients read it, following the rules of client-protocol for lines, comments and percent signs. */
export type Stream = {
  readonly status: number
  readonly reason: string
  readonly headers: IncomingMessage['headers']
  /** Everything so far, as it came. */
  raw(): string
  comments(): number
  /** The next so many change events. Waits for them. */
  take(count: number): Promise<Document[]>
  /** Change events that came and were not taken. */
  waiting(): Document[]
  /** Events that only tell where the stream is. */
  positions(): Document[]
  /** Resolves when the stream has ended, with its error event. */
  readonly ended: Promise<LastWord | undefined>
  /** Stops reading, and starts again. */
  pause(): void
  resume(): void
  close(): void
}

export const encodeCall = (call: unknown): string =>
  encodeURIComponent(Buffer.from(JSON.stringify(call)).toString('base64'))

export const streamPath = (server: TestServer, asked: Asked = {}): string => {
  const { token, tokenIn = 'header', service = 'mongodb-atlas', name = 'watch', watch } = asked
  const args = [{ database: 'shop', collection: 'items', ...watch }]
  const call = encodeCall({ arguments: args, name, service })
  const inQuery = tokenIn === 'query' && token !== undefined ? `&baas_at=${token}` : ''
  return `${clientPaths.callFunction(server.app.clientAppId)}?baas_request=${call}${inQuery}`
}

const decode = (data: string): string =>
  data.replace(
    /%(25|0A|0D)/g,
    (_, code: string) => ({ '25': '%', '0A': '\n', '0D': '\r' })[code] ?? '',
  )

const answer = (url: string, headers: Readonly<Record<string, string>>): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const sent = httpRequest(url, { agent: false, headers }, resolve)
    sent.on('error', reject)
    sent.end()
  })

const read = (message: IncomingMessage): Stream => {
  const events: Document[] = []
  const positions: Document[] = []
  let text = ''
  let rest = ''
  let comments = 0
  let lastWord: LastWord | undefined
  let wake = (): void => {}

  const dispatch = (block: string): void => {
    const lines = block.split(/\r?\n/)
    comments += lines.filter(line => line.startsWith(':')).length
    const field = (name: string): string[] =>
      lines
        .filter(line => line.startsWith(`${name}:`))
        .map(line => line.slice(name.length + 1).replace(/^ /, ''))
    const data = field('data')
    if (data.length === 0) return
    const decoded = decode(data.join('\n'))
    const type = field('event').at(-1) ?? ''
    if (type === 'error') lastWord = JSON.parse(decoded)
    else if (type === 'position') positions.push(parseEjson(decoded) as Document)
    else events.push(parseEjson(decoded) as Document)
  }

  message.setEncoding('utf8')
  message.on('data', (chunk: string) => {
    text += chunk
    rest += chunk
    const blocks = rest.split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) dispatch(block)
    wake()
  })
  let isOver = false
  const ended = new Promise<LastWord | undefined>(resolve => {
    message.on('error', () => {})
    message.on('close', () => {
      isOver = true
      resolve(lastWord)
      wake()
    })
  })

  return {
    status: message.statusCode ?? 0,
    reason: message.statusMessage ?? '',
    headers: message.headers,
    raw: () => text,
    comments: () => comments,
    take: async count => {
      while (events.length < count) {
        if (isOver)
          throw new Error(`the stream ended after ${events.length} events: ${text.slice(-300)}`)
        await new Promise<void>(resolve => {
          wake = resolve
        })
      }
      return events.splice(0, count)
    },
    waiting: () => [...events],
    positions: () => [...positions],
    ended,
    pause: () => message.pause(),
    resume: () => message.resume(),
    close: () => message.destroy(),
  }
}

/** Opens a stream, whatever its status is. */
export const openStream = async (server: TestServer, asked: Asked = {}): Promise<Stream> => {
  const { token, tokenIn = 'header', headers = {} } = asked
  const url = `${server.url}${streamPath(server, asked)}`
  const bearer = tokenIn === 'header' && token !== undefined
  return read(
    await answer(url, {
      accept: 'text/event-stream',
      ...(bearer && { authorization: `Bearer ${token}` }),
      ...headers,
    }),
  )
}

/** Opens a stream that must be answered with one. */
export const watch = async (
  server: TestServer,
  token: string,
  given: Readonly<Record<string, unknown>> = {},
): Promise<Stream> => {
  const stream = await openStream(server, { token, watch: given })
  if (stream.status !== 200) {
    await stream.ended
    throw new Error(`${stream.status}: ${stream.raw()}\n${JSON.stringify(server.logs().at(-1))}`)
  }
  return stream
}
