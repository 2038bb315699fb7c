import type { ProviderType } from '@regent/protocol'
import type { AuthProvider } from '../../domain/app.ts'
import { complain, inside, type Place } from '../read/check.ts'
import type { Needs } from '../read/reading.ts'

/** One auth provider of a directory, its parts checked for their shape. */
export type Entry = {
  readonly type: ProviderType
  /** A disabled entry may be incomplete, and name what is not there. */
  readonly isDisabled: boolean
  readonly config: Readonly<Record<string, unknown>>
  /** Names of secrets by field; fields that say nothing are left out. */
  readonly secretConfig: AuthProvider['secretConfig']
  readonly place: Place
  readonly needs: Needs
}

/** What is deployed of an entry. */
export type CheckedEntry = {
  readonly config: Readonly<Record<string, unknown>>
  readonly secretConfig?: AuthProvider['secretConfig']
  /** Secrets whose values stood in the entry itself, by name. */
  readonly secrets?: Readonly<Record<string, string>>
}

/** How the entries of one provider type are read. */
export type EntryReader = {
  /** Fields of `config` and of `secret_config` that something reads. */
  readonly fields: readonly string[]
  /** The checked entry; `undefined` when something that was reported keeps it from being deployed. */
  read(entry: Entry): CheckedEntry | undefined
}

/** Exports hold `""` where nothing was filled in. */
export const filled = (value: string | null | undefined): string | undefined => value || undefined

/** Reports a field that an enabled provider cannot do without. */
export const demand = (
  { isDisabled, place }: Entry,
  [part, field]: readonly ['config' | 'secret_config', string],
  { value, expected }: { readonly value: unknown; readonly expected: string },
): void => {
  if (value === undefined && !isDisabled) {
    complain(inside(place, part, field), `is missing: it must be ${expected}`)
  }
}

/** The members whose value is known. */
export const known = (values: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
