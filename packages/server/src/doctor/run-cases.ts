import type { Documents, Offers } from '../documents/documents.ts'
import { isUnavailable } from '../documents/error.ts'
import type { ContractCase, Place } from './contract/case.ts'

/** What became of one case. `reason` says what was answered instead, or why it was left out. */
export type CaseResult = {
  readonly group: string
  readonly name: string
  readonly outcome: 'passed' | 'failed' | 'skipped'
  readonly reason: string | undefined
}

/** Databases in which cases are run; both are dropped by `clear`. */
export type Scratch = {
  readonly place: Place
  /** Drops what the case before left. */
  clear(): Promise<void>
}

export const openScratch = (documents: Documents, name: string): Scratch => {
  const database = documents.database(name)
  const otherDatabase = documents.database(`${name}_other`)
  return {
    place: { documents, database, otherDatabase, collection: database.collection('things') },
    clear: async () => {
      await database.drop()
      await otherDatabase.drop()
    },
  }
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? `${error.message}` : String(error)

/** Runs one case in a cleared place. @throws `Unavailable` when the cluster went away meanwhile */
export const runCase = async (
  { group, name, needs, run }: ContractCase,
  { place, clear }: Scratch,
  offers: Offers,
): Promise<CaseResult> => {
  if (needs !== undefined && !offers[needs]) {
    return { group, name, outcome: 'skipped', reason: 'the cluster offers no change streams' }
  }
  try {
    await run(place)
    return { group, name, outcome: 'passed', reason: undefined }
  } catch (error) {
    if (isUnavailable(error)) throw error
    return { group, name, outcome: 'failed', reason: reasonOf(error) }
  } finally {
    await clear()
  }
}
