import type { WriteOutcome } from '../messages.ts'
import type { Budget } from './budget.ts'
import type { ChangeRecorder } from './changes.ts'
import type { Rows } from './rows.ts'
import type { WriterState } from './state.ts'

/** Work that other writes may come between: at each `yield` what is written so far is committed. */
export type Step<Result> = Generator<undefined, Result>

export type Task = Step<WriteOutcome>

/** What every write is given. */
export type Writer = {
  readonly state: WriterState
  readonly rows: Rows
  readonly changes: ChangeRecorder
  readonly budget: Budget
}
