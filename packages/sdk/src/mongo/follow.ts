import { randomInt } from 'node:crypto'
import { RegentError } from '../errors.ts'
import type { OpenStream } from '../http/stream.ts'
import { createEventReader } from './event-reader.ts'
import { readChange } from './read-change.ts'
import { type ServiceCall, type ServiceCalls, streamPath } from './service-calls.ts'

type Fields = Readonly<Record<string, unknown>>

const passing: readonly (number | undefined)[] = [408, 429, 502, 503, 504]

/** No server, or one that will be well again: the stream goes on when it is. */
const isPassing = (error: unknown): boolean =>
  error instanceof RegentError && (error.code === 4000 || passing.includes(error.statusCode))

/** What ends one connection, and another may be spared. */
const retried: readonly (string | undefined)[] = [
  'InvalidSession',
  'InternalServerError',
  'WatchTooSlow',
]

/** Milliseconds before another try: about twice as long each time, and never the same for all clients. */
const delayAfter = (failures: number): number => {
  const longest = Math.min(15_000, 200 * 2 ** failures)
  return randomInt(longest / 4, longest)
}

/** A connection that lived this long was a good one. */
const provenMs = 10_000

/** Errors on an open stream, without a change between them, until they are believed. */
const mostErrors = 2

/** The changes of a collection, over as many connections as it takes. */
class Follower {
  readonly #calls: ServiceCalls
  readonly #call: ServiceCall
  readonly #closing: AbortSignal
  #position: unknown
  #failures = 0
  #errors = 0
  /** How often the connection had to be looked at anew. */
  #looks = 0
  #opening: Promise<OpenStream> | undefined
  #stream: OpenStream | undefined
  #wake: () => void = () => undefined

  constructor(calls: ServiceCalls, call: ServiceCall, closing: AbortSignal) {
    this.#calls = calls
    this.#call = call
    this.#closing = closing
  }

  /** @throws RegentError when the first connection cannot be made */
  open(): Promise<OpenStream> {
    this.#opening ??= this.#connect()
    this.#opening.catch(() => undefined)
    return this.#opening
  }

  async *changes(): AsyncGenerator<Fields, void, undefined> {
    const look = (): void => {
      this.#looks++
      this.#stream?.close()
      this.#wake()
    }
    const forget = this.#calls.onLogOut(look)
    this.#closing.addEventListener('abort', look)
    try {
      let stream = await this.open()
      while (!(yield* this.#read(stream))) stream = await this.#reconnect()
    } catch (error) {
      if (!this.#closing.aborted) throw error
    } finally {
      forget()
      this.#stream?.close()
    }
  }

  async #connect(): Promise<OpenStream> {
    const argument = { ...this.#call.argument, resumeAfter: this.#position }
    const path = await streamPath(this.#calls.appId, { ...this.#call, argument })
    const looks = this.#looks
    this.#stream = await this.#calls.open({ path, signal: this.#closing })
    if (looks !== this.#looks) this.#stream.close()
    return this.#stream
  }

  async #reconnect(): Promise<OpenStream> {
    for (;;) {
      await this.#wait(delayAfter(this.#failures++))
      try {
        return await this.#connect()
      } catch (error) {
        if (this.#closing.aborted || !isPassing(error)) throw error
      }
    }
  }

  #wait(milliseconds: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, milliseconds)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
      if (this.#closing.aborted) this.#wake()
    })
  }

  /** The changes of one connection. @returns true when there will be no more on another either */
  async *#read(stream: OpenStream): AsyncGenerator<Fields, boolean, undefined> {
    const begun = performance.now()
    try {
      return yield* this.#changesOf(stream)
    } catch (error) {
      await this.#recover(error)
      return false
    } finally {
      stream.close()
      if (performance.now() - begun > provenMs) this.#failures = 0
    }
  }

  async *#changesOf(stream: OpenStream): AsyncGenerator<Fields, boolean, undefined> {
    const take = createEventReader()
    for (;;) {
      const chunk = await stream.read()
      if (chunk === undefined) return false
      for (const event of take(chunk)) {
        const told = readChange(event, stream.url)
        if (told === undefined) continue
        this.#position = told.position ?? this.#position
        if (told.change === undefined) continue
        this.#failures = 0
        this.#errors = 0
        yield told.change
        if (told.change.operationType === 'invalidate') return true
      }
    }
  }

  /** A stream whose token ran out goes on with a new one; one whose session is over does not. */
  async #recover(error: unknown): Promise<void> {
    if (this.#closing.aborted) throw error
    if (isPassing(error)) return
    const code = error instanceof RegentError ? error.errorCode : undefined
    if (!retried.includes(code) || ++this.#errors > mostErrors) throw error
    if (code === 'InvalidSession') await this.#calls.refresh()
  }
}

/** @internal One stream. It may be asked for the next change while it is being closed. */
export type Followed = {
  readonly open: () => Promise<void>
  readonly changes: AsyncGenerator<unknown, void, undefined>
}

/** @internal */
export const follow = (calls: ServiceCalls, call: ServiceCall, closing: AbortSignal): Followed => {
  const follower = new Follower(calls, call, closing)
  return {
    open: async () => {
      await follower.open()
    },
    changes: follower.changes(),
  }
}
