import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { logInAs } from '../logged-in.ts'
import { startWireServer } from '../wire-server.ts'
import { insertOf, type OpenWatch, serveWatches } from './watched.ts'

/** How a connection ends, and how much of what there is to tell it got across before. */
type Cut = {
  readonly how: 'lost' | 'ended' | 'told slow' | 'token ran out'
  /** Part of the bytes, from 0 to 1. */
  readonly part: number
  /** Bytes of one write. */
  readonly piece: number
}

const last = 40

const wordOf = (error_code: string): string =>
  `event: error\ndata: ${JSON.stringify({ error: 'it ended', error_code })}\n\n`

const lastWords: Readonly<Record<Cut['how'], string>> = {
  lost: '',
  ended: '',
  'told slow': wordOf('WatchTooSlow'),
  'token ran out': wordOf('InvalidSession'),
}

const end = ({ response }: OpenWatch, how: Cut['how']): void => {
  if (how === 'lost') response.destroy()
  else response.end(lastWords[how])
}

const placeOf = ({ argument }: OpenWatch): number => {
  const token = argument.resumeAfter as { readonly _data: string } | undefined
  return token === undefined ? 0 : Number(token._data.slice(1))
}

/** What gets across: with a last word only whole events, and at least one; else any number of bytes. */
const bytesOf = (begin: number, { how, part }: Cut): Buffer => {
  const events = Array.from({ length: last - begin + 1 }, (_, index) => begin + index)
  const texts = events.map(number => `: c\r\ndata: ${insertOf(number)}\r\n\r\n`)
  if (lastWords[how] === '') {
    const bytes = Buffer.from(texts.join(''))
    return bytes.subarray(0, Math.floor(bytes.length * part))
  }
  return Buffer.from(texts.slice(0, Math.max(1, Math.floor(texts.length * part))).join(''))
}

const play = async (cuts: readonly Cut[]): Promise<void> => {
  await using server = await startWireServer()
  const { user } = await logInAs(server, 'ada')
  const watches = serveWatches(server)
  const plants = user.mongoClient('mongodb-atlas').db('shop').collection<{ _id: number }>('plants')
  const places: number[] = []

  const serve = async (): Promise<void> => {
    for (const { how, part, piece } of [...cuts, whole]) {
      const watch = await watches.next()
      const begin = placeOf(watch) + 1
      places.push(begin)
      const bytes = bytesOf(begin, { how, part, piece })
      for (let at = 0; at < bytes.length; at += piece) {
        watch.response.write(bytes.subarray(at, at + piece))
        await new Promise(resolve => setImmediate(resolve))
      }
      if (part < 1) end(watch, how)
    }
  }
  const serving = serve()
  const seen: number[] = []
  for await (const change of plants.watch()) {
    if (change.operationType === 'insert') seen.push(change.fullDocument._id)
    if (seen.at(-1) === last) break
  }

  expect(seen).toEqual(Array.from({ length: last }, (_, index) => index + 1))
  expect(places).toEqual([...places].sort((a, b) => a - b))
  if (places.length > cuts.length) await serving
}

const whole: Cut = { how: 'ended', part: 1, piece: 1_000 }

describe('a watch whose connection is cut anywhere', () => {
  it('tells every change once, in order', async () => {
    const cut = fc.record({
      how: fc.constantFrom<Cut['how']>('lost', 'ended', 'told slow', 'token ran out'),
      part: fc.double({ min: 0.02, max: 0.7, noNaN: true }),
      piece: fc.integer({ min: 7, max: 600 }),
    })
    await fc.assert(fc.asyncProperty(fc.array(cut, { minLength: 1, maxLength: 4 }), play), {
      numRuns: 12,
      endOnFailure: true,
    })
  })
})
