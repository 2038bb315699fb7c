import type { ServerResponse } from 'node:http'
import type { Seen, WireServer } from '../wire-server.ts'

/** A stream of changes as the server has it open. */
export type OpenWatch = {
  /** What the client asked for. */
  readonly argument: Readonly<Record<string, unknown>>
  readonly bearer: string | undefined
  readonly response: ServerResponse
}

const callOf = ({ path }: Seen): Readonly<Record<string, unknown>> => {
  const asked = new URL(path, 'http://host').searchParams.get('baas_request') ?? ''
  return JSON.parse(Buffer.from(asked, 'base64').toString())
}

export const isWatch = ({ method, path }: Seen): boolean =>
  method === 'GET' && path.includes('/functions/call')

/** An insert as it is on the wire. Its token is its number. */
export const insertOf = (number: number): string =>
  JSON.stringify({
    _id: { _data: `t${number}` },
    operationType: 'insert',
    clusterTime: { $timestamp: { t: 1, i: number } },
    ns: { db: 'shop', coll: 'plants' },
    documentKey: { _id: { $numberInt: String(number) } },
    fullDocument: { _id: { $numberInt: String(number) }, name: 'oak' },
  })

const numberIn = (token: unknown): number =>
  Number(String((token as { _data?: string } | undefined)?._data ?? 't0').slice(1))

/** Answers `watch` with streams that the test writes; everything else is answered as usual. */
export const serveWatches = (server: WireServer) => {
  const opened: OpenWatch[] = []
  const waiting: ((opened: OpenWatch) => void)[] = []
  server.answerWith(seen => {
    if (!isWatch(seen)) return undefined
    const [argument] = callOf(seen).arguments as OpenWatch['argument'][]
    const stream = (response: ServerResponse): void => {
      const watch = { argument: argument ?? {}, bearer: seen.bearer, response }
      opened.push(watch)
      waiting.shift()?.(watch)
    }
    return { status: 200, stream }
  })
  let taken = 0
  return {
    opened,
    /** The next stream that a client opens, or has opened. */
    next: (): Promise<OpenWatch> => {
      const known = opened[taken++]
      return known ? Promise.resolve(known) : new Promise(resolve => waiting.push(resolve))
    },
  }
}

/** Tells inserts, by number, behind where the client was. */
export const tellAfter = ({ argument, response }: OpenWatch, last: number): void => {
  for (let number = numberIn(argument.resumeAfter) + 1; number <= last; number++) {
    response.write(`data: ${insertOf(number)}\n\n`)
  }
}
