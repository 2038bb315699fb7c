import { open } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { type AdminApp, AdminError, type ImportedUsers, type ImportNote } from '@regent/sdk/admin'
import type { FoundServer } from '../running-server.ts'
import { addTotals, type ImportState, keepState, noTotals, type Totals } from './import-state.ts'
import { openRepeated } from './repeated.ts'
import type { Row, Rows } from './row.ts'

/** Rows of one request, and their characters, if they are long. */
const mostRows = 4_000
const mostCharacters = 4_194_304

/** What the report says of a row. */
type Note = Omit<ImportNote, 'line' | 'reason'> & { readonly row: number } & (
    | { readonly refused: string }
    | { readonly double: string }
  )

type Batch = {
  readonly rows: readonly (Row & { readonly line: string })[]
  readonly notes: readonly Note[]
  readonly lastRow: number
  readonly bytes: number
}

const toBatches = async function* (rows: Rows, after: number): AsyncGenerator<Batch, void, void> {
  const findRepeated = openRepeated()
  let taken: (Row & { readonly line: string })[] = []
  let notes: Note[] = []
  let characters = 0
  let last: Row | undefined
  const finish = (): Batch => ({
    rows: taken,
    notes,
    lastRow: last?.row ?? after,
    bytes: last?.bytes ?? 0,
  })
  for await (const row of rows) {
    const problem = 'problem' in row ? row.problem : findRepeated(row.line)
    if (row.row <= after) continue
    last = row
    if (problem !== undefined) notes.push({ row: row.row, refused: problem })
    else if ('line' in row) {
      taken.push(row)
      characters += row.line.length
    }
    if (taken.length + notes.length < mostRows && characters < mostCharacters) continue
    yield finish()
    taken = []
    notes = []
    characters = 0
  }
  if (taken.length + notes.length > 0) yield finish()
}

/** How often a server that has too much to do is asked again, a second apart. */
const mostTurns = 30

const withPatience = async <T>(ask: () => Promise<T>): Promise<T> => {
  for (let turn = 1; ; turn += 1) {
    try {
      return await ask()
    } catch (error) {
      const isBusy = error instanceof AdminError && error.status === 503
      if (!isBusy || turn === mostTurns) throw error
      await setTimeout(1_000)
    }
  }
}

const nothing: ImportedUsers = { ...noTotals, refusals: [], doubleEmails: [] }

const notesOf = ({ rows, notes }: Batch, { refusals, doubleEmails }: ImportedUsers): Note[] => {
  const rowOf = (line: number): number => rows[line - 1]?.row ?? 0
  return [
    ...notes,
    ...refusals.map(({ line, reason, ...about }) => ({
      row: rowOf(line),
      ...about,
      refused: reason,
    })),
    ...doubleEmails.map(({ line, reason, ...about }) => ({
      row: rowOf(line),
      ...about,
      double: reason,
    })),
  ].sort((one, other) => one.row - other.row)
}

const totalsOf = ({ notes }: Batch, said: ImportedUsers): Totals => {
  const { imported, existing, doubles, withoutPassword } = said
  return { imported, existing, doubles, withoutPassword, refused: said.refused + notes.length }
}

export type Sending = {
  readonly server: FoundServer
  readonly app: AdminApp
  readonly rows: Rows
  readonly report: string
  readonly isDry: boolean
  readonly state: ImportState
  /** Told after each answer. */
  tell(progress: { readonly totals: Totals; readonly bytes: number }): void
}

/**
 * Sends rows a few thousand at a time; while the server works at some, the next ones are read. What it answered is in the
 * report and in the state before the next ones go out.
 */
export const sendRows = async (sending: Sending): Promise<ImportState> => {
  const { server, app, report, isDry, tell } = sending
  const file = await open(report, 'a')
  let state = sending.state
  const send = async (batch: Batch): Promise<void> => {
    const lines = batch.rows.map(({ line }) => line)
    const ask = () => server.admin.moving.importUsers(app, lines, { dryRun: isDry })
    const said = lines.length === 0 ? nothing : await server.ask(withPatience(ask))
    const notes = notesOf(batch, said).map(note => `${JSON.stringify(note)}\n`)
    const text = Buffer.from(notes.join(''))
    await file.appendFile(text)
    state = {
      ...state,
      row: batch.lastRow,
      totals: addTotals(state.totals, totalsOf(batch, said)),
      reportBytes: state.reportBytes + text.length,
    }
    if (!isDry) await keepState(report, state)
    tell({ totals: state.totals, bytes: batch.bytes })
  }
  try {
    let under: Promise<void> = Promise.resolve()
    for await (const batch of toBatches(sending.rows, state.row)) {
      await under
      under = send(batch)
      under.catch(() => {})
    }
    await under
    return state
  } finally {
    await file.close()
  }
}
