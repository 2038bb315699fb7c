import type { EmbeddedDocuments } from '@regent/server/testing'

/** Work that has nothing to do with users, as an app's data source does it. */
export type LoadKind = 'scan' | 'regex' | 'updateMany'

/** What the work did: whole rounds, and how long the longest took. */
export type LoadDone = { readonly rounds: number; readonly longestMs: number }

export type DataLoads = {
  fill(count: number): Promise<void>
  begin(kind: LoadKind): void
  end(): Promise<LoadDone>
}

const atOnce = 2_000
/** A pattern that needs twice the time for each further letter: no engine that backtracks ends this one. */
const backtracking = { text: { $regex: '^(a+)+$' } }
const endless = `${'a'.repeat(40)}!`

export const openDataLoads = (documents: EmbeddedDocuments | undefined): DataLoads => {
  const items = documents?.database('bench').collection('items')
  if (items === undefined) throw new Error('the server has no documents')

  const rounds: Record<LoadKind, () => Promise<unknown>> = {
    scan: () => items.countDocuments({ number: -1 }, { maxTimeMs: 120_000 }),
    regex: () => items.findOne(backtracking, { maxTimeMs: 2_000 }).catch(() => undefined),
    updateMany: () => items.updateMany({}, { $inc: { touched: 1 } }),
  }
  let isEnding = false
  let running: Promise<LoadDone> | undefined

  const repeat = async (kind: LoadKind): Promise<LoadDone> => {
    let done = 0
    let longestMs = 0
    while (!isEnding) {
      const started = performance.now()
      await rounds[kind]()
      longestMs = Math.max(longestMs, performance.now() - started)
      done += 1
    }
    return { rounds: done, longestMs }
  }

  return {
    fill: async count => {
      for (let from = 0; from < count; from += atOnce) {
        const size = Math.min(atOnce, count - from)
        await items.insertMany(
          Array.from({ length: size }, (_, index) => ({
            number: from + index,
            text: endless,
            touched: 0,
          })),
        )
      }
    },
    begin: kind => {
      isEnding = false
      running = repeat(kind)
    },
    end: () => {
      isEnding = true
      return running ?? Promise.reject(new Error('nothing was begun'))
    },
  }
}
