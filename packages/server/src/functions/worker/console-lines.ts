import { formatWithOptions } from 'node:util'

/** The last lines that the call under way printed. */
export type ConsoleLines = {
  /** What the function sees as `console`. */
  readonly console: Readonly<Record<string, (...values: unknown[]) => void>>
  add(text: string): void
  /** The lines since it was asked last. */
  take(): readonly string[] | undefined
}

/** @see the original's log page: 512 bytes of each of the last 25 calls of `console.log` */
const lineCount = 25
const lineBytes = 512

const bounded = (text: string): string => {
  const short = text.length > lineBytes ? text.slice(0, lineBytes) : text
  const bytes = Buffer.from(short)
  if (bytes.length <= lineBytes) return short
  return bytes.toString('utf8', 0, lineBytes).replace(/\uFFFD$/, '')
}

/** A long text is cut before it is looked at. A copy: a part of a text keeps the whole in memory. */
const cut = (value: unknown): unknown =>
  typeof value === 'string' && value.length > lineBytes
    ? Buffer.from(value.slice(0, lineBytes)).toString()
    : value

const look = {
  depth: 3,
  maxArrayLength: 50,
  maxStringLength: lineBytes,
  breakLength: Number.POSITIVE_INFINITY,
}

const format = (values: readonly unknown[]): string => {
  try {
    return formatWithOptions(look, ...values.slice(0, 50).map(cut))
  } catch {
    return '[cannot be shown]'
  }
}

export const openConsoleLines = (): ConsoleLines => {
  let lines: string[] | undefined
  let count = 0

  const add = (text: string): void => {
    lines ??= []
    lines[count % lineCount] = bounded(text)
    count += 1
  }
  const print =
    (prefix: string) =>
    (...values: unknown[]): void =>
      add(prefix + format(values))
  const plain = print('')

  return {
    console: {
      log: plain,
      info: plain,
      debug: plain,
      dir: plain,
      table: plain,
      trace: plain,
      warn: print('warn: '),
      error: print('error: '),
    },
    add,
    take: () => {
      if (lines === undefined) return undefined
      const first = count > lineCount ? count % lineCount : 0
      const all = [...lines.slice(first), ...lines.slice(0, first)]
      lines = undefined
      count = 0
      return all
    },
  }
}
