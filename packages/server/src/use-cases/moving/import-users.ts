import type { ImportedUsersWire, ImportNoteWire } from '@regent/protocol'
import type { Deps } from '../../deps.ts'
import type { App } from '../../domain/app.ts'
import { noHash } from '../../domain/password.ts'
import { type Candidate, toCandidate } from './candidate.ts'
import { decide, lookAround, nothingSeen, type Seen } from './decide.ts'
import { isProblem, readLine } from './moved-user.ts'
import { type Job, writeJobs } from './write.ts'

/** Lines that are looked up and written together. */
const groupSize = 500
/** Lines that are read before others get a turn. */
const turnSize = 50
const mostNotes = 10_000

type Line = { readonly line: number; readonly text: string | undefined }
/** `undefined` for a line that was too long to be kept. */
type Texts = AsyncIterable<string | undefined>

type Read = { readonly line: number; readonly candidate: Candidate }

type Tally = {
  imported: number
  existing: number
  refused: number
  doubles: number
  without_password: number
  readonly refusals: ImportNoteWire[]
  readonly double_emails: ImportNoteWire[]
}

const emptyTally = (): Tally => ({
  imported: 0,
  existing: 0,
  refused: 0,
  doubles: 0,
  without_password: 0,
  refusals: [],
  double_emails: [],
})

const note = (list: ImportNoteWire[], entry: ImportNoteWire): void => {
  if (list.length < mostNotes) list.push(entry)
}

const about = ({ id, account }: Candidate) => ({
  ...(id !== undefined && { id }),
  ...(account && { email: account.email }),
})

const refuse = (tally: Tally, entry: ImportNoteWire): void => {
  tally.refused += 1
  note(tally.refusals, entry)
}

const tooLong = { problem: 'is too long' }

const nextTurn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

const readGroup = async (
  lines: readonly Line[],
  { app, now, tally }: { readonly app: App; readonly now: number; readonly tally: Tally },
): Promise<Read[]> => {
  const read: Read[] = []
  for (const [place, { line, text }] of lines.entries()) {
    if (place % turnSize === turnSize - 1) await nextTurn()
    const moved = text === undefined ? tooLong : readLine(text)
    const candidate = isProblem(moved) ? moved : toCandidate(moved, { app, now })
    if (!isProblem(candidate)) read.push({ line, candidate })
    else refuse(tally, { line, ...shownOf(moved), reason: candidate.problem })
  }
  return read
}

/** By what people find a line that cannot be taken. */
const shownOf = (moved: object): { readonly id?: string; readonly email?: string } => {
  const { _id, email } = moved as { readonly _id?: string; readonly email?: string }
  return { ...(_id !== undefined && { id: _id }), ...(email !== undefined && { email }) }
}

const countWritten = (tally: Tally, { line, candidate, plan }: Job): void => {
  tally.imported += 1
  if (candidate.account?.hash === noHash) tally.without_password += 1
  if (plan.double === undefined) return
  tally.doubles += 1
  const reason = `${plan.double} has the same key: matched only as typed`
  note(tally.double_emails, { line, ...about(candidate), reason })
}

const isNothing = ({ plan, candidate }: Job): boolean =>
  plan.isThere &&
  !plan.user &&
  plan.claims.length === 0 &&
  !plan.account &&
  candidate.apiKeys.length === 0

type Run = {
  readonly app: App
  readonly isDry: boolean
  readonly seen: Seen
  readonly tally: Tally
}

const planGroup = async (
  { store }: Deps,
  read: readonly Read[],
  { app, seen, tally }: Run,
): Promise<Job[]> => {
  const candidates = read.map(({ candidate }) => candidate)
  const there = await lookAround(store, app, candidates)
  const jobs: Job[] = []
  for (const { line, candidate } of read) {
    const plan = decide(candidate, there, { app, seen })
    if (isProblem(plan)) refuse(tally, { line, ...about(candidate), reason: plan.problem })
    else jobs.push({ line, candidate, plan })
  }
  return jobs
}

const finish = async (deps: Deps, jobs: readonly Job[], run: Run): Promise<void> => {
  const { app, tally, isDry } = run
  const open = jobs.filter(job => !isNothing(job))
  const refused = isDry ? new Map<number, string>() : await writeJobs(deps, app, open)
  for (const job of jobs) {
    const reason = refused.get(job.line)
    const { line, candidate, plan } = job
    if (reason !== undefined) refuse(tally, { line, ...about(candidate), reason })
    else if (plan.isThere) tally.existing += 1
    else countWritten(tally, job)
  }
}

const toGroups = async function* (texts: Texts): AsyncGenerator<Line[]> {
  let group: Line[] = []
  let line = 0
  for await (const text of texts) {
    line += 1
    if (text?.trim() === '') continue
    group.push({ line, text })
    if (group.length < groupSize) continue
    yield group
    group = []
  }
  if (group.length > 0) yield group
}

/**
 * Takes users that another system knew, one a line. A line that cannot be taken is told and left out; the others are
 * written, each whole, and the same lines once more change nothing. Makes no events and asks no function of the app:
 * these users are not new. With `isDry` it only says what would happen.
 *
 * While one group of lines is written the next one is read.
 */
export const importUsers = async (
  deps: Deps,
  app: App,
  { lines, isDry }: { readonly lines: Texts; readonly isDry: boolean },
): Promise<ImportedUsersWire> => {
  const tally = emptyTally()
  const run: Run = { app, isDry, seen: nothingSeen(), tally }
  const now = deps.now()
  let before: Promise<void> = Promise.resolve()
  try {
    for await (const group of toGroups(lines)) {
      const read = await readGroup(group, { app, now, tally })
      const jobs = await planGroup(deps, read, run)
      await before
      before = finish(deps, jobs, run)
      before.catch(() => {})
    }
  } finally {
    await before
  }
  return tally
}
