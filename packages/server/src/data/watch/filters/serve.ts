import type { MessagePort } from 'node:worker_threads'
import { compileFilter, type Matcher } from '../../../documents/embedded/query/matcher.ts'
import { fromBytes } from '../../../documents/embedded/values/bytes.ts'

/** One event and the filter that it may meet, as BSON. */
export type Question = {
  readonly id: number
  readonly filter: Uint8Array
  readonly event: Uint8Array
}

/** `failure` is what the engine says of an event that the filter cannot be applied to. */
export type Answer = {
  readonly id: number
  readonly matches?: boolean
  readonly failure?: string
}

const kept = 1_000

/** Answers questions one after the other. Filters are remembered. */
export const serveFilters = (port: MessagePort): void => {
  const matchers = new Map<string, Matcher>()

  const matcherOf = (bytes: Uint8Array): Matcher => {
    const key = Buffer.from(bytes).toString('latin1')
    const matcher = matchers.get(key) ?? compileFilter(fromBytes(bytes))
    if (matchers.size >= kept) matchers.clear()
    matchers.set(key, matcher)
    return matcher
  }

  port.on('message', ({ id, filter, event }: Question) => {
    try {
      const matches = matcherOf(filter).matches(fromBytes(event))
      port.postMessage({ id, matches } satisfies Answer)
    } catch (error) {
      const failure = error instanceof Error ? error.message : String(error)
      port.postMessage({ id, failure } satisfies Answer)
    }
  })
  port.postMessage({ id: 0 } satisfies Answer)
}
