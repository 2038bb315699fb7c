import { isDeepStrictEqual } from 'node:util'
import { toText } from './same.ts'

/** What is not as the case says. */
export class CaseFailure extends Error {
  override readonly name = 'CaseFailure'
}

const show = (value: unknown): string => {
  if (value instanceof Error) return `${value.name}: ${value.message}`
  if (typeof value === 'function') return value.name
  try {
    return toText(value)
  } catch {
    return String(value)
  }
}

const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** True when `value` has everything that `wanted` has; it may have more fields. */
const isAtLeast = (value: unknown, wanted: unknown): boolean => {
  const isPlain = isFields(wanted) && Object.getPrototypeOf(wanted) === Object.prototype
  if (!isPlain) return isDeepStrictEqual(value, wanted)
  return isFields(value) && Object.keys(wanted).every(name => isAtLeast(value[name], wanted[name]))
}

const check = (isSo: boolean, value: unknown, wanted: string): void => {
  if (!isSo) throw new CaseFailure(`answered ${show(value)}, where ${wanted} was expected`)
}

const rejectionOf = async (promise: Promise<unknown>): Promise<unknown> => {
  const [settled] = await Promise.allSettled([promise])
  if (settled?.status === 'rejected') return settled.reason
  throw new CaseFailure(`did it, answering ${show(settled?.value)}, where a refusal was expected`)
}

type Kind = abstract new (...given: never[]) => unknown

type Rejections = {
  toMatchObject(wanted: object): Promise<void>
  toBeInstanceOf(kind: Kind): Promise<void>
  toThrow(text: string): Promise<void>
}

type Expectation = {
  toBe(wanted: unknown): void
  toEqual(wanted: unknown): void
  toMatchObject(wanted: object): void
  toBeInstanceOf(kind: Kind): void
  toBeUndefined(): void
  toHaveLength(length: number): void
  toContain(part: unknown): void
  readonly not: { toContain(part: unknown): void }
  readonly rejects: Rejections
}

/** The few ways in which cases compare; `rejects` awaits the refusal first. */
export const expect = (value: unknown): Expectation => ({
  toBe: (wanted: unknown) => check(Object.is(value, wanted), value, show(wanted)),
  toEqual: (wanted: unknown) => check(isDeepStrictEqual(value, wanted), value, show(wanted)),
  toMatchObject: (wanted: object) => check(isAtLeast(value, wanted), value, show(wanted)),
  toBeInstanceOf: (kind: Kind) => check(value instanceof kind, value, `a ${kind.name}`),
  toBeUndefined: () => check(value === undefined, value, 'nothing'),
  toHaveLength: (length: number) =>
    check((value as unknown[]).length === length, value, `a list of ${length}`),
  toContain: (part: unknown) =>
    check((value as unknown[]).includes(part), value, `a list with ${show(part)}`),
  not: {
    toContain: (part: unknown) =>
      check(!(value as unknown[]).includes(part), value, `a list without ${show(part)}`),
  },
  rejects: {
    toMatchObject: async (wanted: object) => {
      const error = await rejectionOf(value as Promise<unknown>)
      check(isAtLeast(error, wanted), withCode(error), show(wanted))
    },
    toBeInstanceOf: async (kind: Kind) => {
      const error = await rejectionOf(value as Promise<unknown>)
      check(error instanceof kind, error, `a ${kind.name}`)
    },
    toThrow: async (text: string) => {
      const error = await rejectionOf(value as Promise<unknown>)
      check(error instanceof Error && error.message.includes(text), error, `an error of ${text}`)
    },
  },
})

const withCode = (error: unknown): unknown =>
  error instanceof Error && 'code' in error
    ? new Error(`${error.message} (code ${error.code})`)
    : error
