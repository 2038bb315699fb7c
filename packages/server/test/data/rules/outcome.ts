import type { Document } from 'bson'
import type { Judge } from '../../../src/data/rules/judge.ts'
import { AppError } from '../../../src/errors.ts'
import { openTestJudge, type TestRules } from './open-test-judge.ts'

/** One thing that somebody would do. */
export type Deed =
  /** `as` is what they see, by default the whole document. */
  | { readonly read: Document; readonly as?: Document }
  | { readonly insert: Document }
  | { readonly update: readonly [before: Document, after: Document] }
  | { readonly delete: Document }

/** What rules allow, and what they refuse. */
export type RuleCase = {
  readonly fact: string
  readonly rules: TestRules
  readonly allowed: readonly Deed[]
  readonly refused: readonly Deed[]
}

const isRefused = async (write: Promise<void>): Promise<boolean> => {
  try {
    await write
    return false
  } catch (error) {
    if (error instanceof AppError && /Refused$/.test(error.refusal)) return true
    throw error
  }
}

const seenAs = async (judge: Judge, document: Document): Promise<Document | undefined> => {
  const seen = await judge.see(document)
  const atOnce = judge.seeAtOnce?.(document)
  if (judge.seeAtOnce && JSON.stringify(seen) !== JSON.stringify(atOnce))
    return { differ: [seen, atOnce] }
  return seen
}

/** Whether something is allowed; for a read that shows something else, what it shows. */
export const outcomeOf = async (judge: Judge, deed: Deed): Promise<unknown> => {
  if ('read' in deed) {
    const seen = await seenAs(judge, deed.read)
    if (seen === undefined) return false
    return JSON.stringify(seen) === JSON.stringify(deed.as ?? deed.read) ? true : seen
  }
  if ('insert' in deed) return !(await isRefused(judge.checkInsert(deed.insert)))
  if ('update' in deed) return !(await isRefused(judge.checkUpdate(...deed.update)))
  return !(await isRefused(judge.checkDelete(deed.delete)))
}

/** Everything in the table that comes out otherwise than it says. */
export const misjudged = async (cases: readonly RuleCase[]): Promise<unknown[]> => {
  const wrong: unknown[] = []
  for (const { fact, rules, allowed, refused } of cases) {
    const judge = await openTestJudge(rules)
    for (const deed of allowed) {
      const outcome = await outcomeOf(judge, deed)
      if (outcome !== true) wrong.push({ fact, wanted: 'allowed', deed, outcome })
    }
    for (const deed of refused) {
      const outcome = await outcomeOf(judge, deed)
      if (outcome !== false) wrong.push({ fact, wanted: 'refused', deed, outcome })
    }
  }
  return wrong
}
