import { connect } from 'node:net'

export type RawAnswer = {
  readonly status: number
  readonly reason: string
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const parse = (text: string): RawAnswer => {
  const [head = '', ...rest] = text.split('\r\n\r\n')
  const [first = '', ...lines] = head.split('\r\n')
  const [, status = '0', reason = ''] = /^HTTP\/1\.1 (\d+) (.*)$/.exec(first) ?? []
  const headers = lines.map(line => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
  })
  return {
    status: Number(status),
    reason,
    headers: Object.fromEntries(headers),
    body: rest.join('\r\n\r\n'),
  }
}

/** Sends bytes as they are over a socket of its own, and reads until the server closes it. */
export const sendRaw = (url: string, bytes: string | Buffer): Promise<RawAnswer> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const chunks: Buffer[] = []
    const socket = connect(Number(port), hostname, () => socket.write(bytes))
    socket.on('data', chunk => chunks.push(chunk))
    socket.on('error', reject)
    socket.on('close', () => resolve(parse(Buffer.concat(chunks).toString('utf8'))))
  })

/** One request with exactly these headers, and `connection: close`. */
export const requestRaw = (
  url: string,
  line: string,
  headers: readonly string[] = [],
  body = '',
): Promise<RawAnswer> => {
  const all = ['host: regent.test', 'connection: close', ...headers]
  const length = body === '' ? [] : [`content-length: ${Buffer.byteLength(body)}`]
  return sendRaw(url, `${line} HTTP/1.1\r\n${[...all, ...length].join('\r\n')}\r\n\r\n${body}`)
}
