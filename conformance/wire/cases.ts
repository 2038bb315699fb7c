import { readFileSync } from 'node:fs'

/** One request on the raw wire and what must come back; `{name}` places are filled by the run. */
export type WireCase = {
  readonly name: string
  /** Where the fact comes from: a client's source or a test that ran against the original. */
  readonly source: string
  readonly request: {
    readonly method: string
    readonly path: string
    readonly headers?: Readonly<Record<string, string>>
    /** Sent as JSON; a string is sent as it is. */
    readonly body?: unknown
  }
  readonly want: {
    readonly status: number
    readonly headers?: Readonly<Record<string, string | null>>
    readonly error?: string
    /** `null`: the field must be absent. */
    readonly error_code?: string | null
    /** Fields of the JSON body and the kind of value in each. */
    readonly fields?: Readonly<Record<string, string>>
    readonly empty?: boolean
  }
}

export const readCases = <Case = WireCase>(file: string): readonly Case[] =>
  JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8'))

/** Puts values into the `{name}` places of every string, however deep. */
export const fill = <Value>(value: Value, values: Readonly<Record<string, string>>): Value => {
  const text = JSON.stringify(value).replace(/\{([a-z]+\.[a-zA-Z]+)\}/g, (whole, key: string) =>
    key in values ? JSON.stringify(values[key]).slice(1, -1) : whole,
  )
  return JSON.parse(text)
}
