import { basename, resolve } from 'node:path'
import type { AdminApp } from '@regent/sdk/admin'
import { type CommandInput, optionText, type Run } from '../../command.ts'
import {
  dropState,
  type ImportState,
  noTotals,
  resumeState,
  type Totals,
} from '../../moving/import-state.ts'
import { openRows, type UserFile } from '../../moving/open-rows.ts'
import { openProgress } from '../../moving/progress.ts'
import { dropEmptyReport, startReport } from '../../moving/report.ts'
import { sendRows } from '../../moving/send-rows.ts'
import { writeJson } from '../../output.ts'
import { type FoundServer, findApp, findServer } from '../../running-server.ts'
import type { Terminal } from '../../terminal.ts'

type Import = {
  readonly server: FoundServer
  readonly app: AdminApp
  readonly file: UserFile
  readonly report: string
  readonly isDry: boolean
}

const number = (value: number): string => value.toLocaleString('en')

export const run: Run = async (input, terminal) => {
  const [shown = ''] = input.args
  const path = resolve(terminal.cwd, shown)
  const file = await openRows(path, shown)
  const server = await findServer(input, terminal)
  const app = await findApp(server, input)
  const isDry = input.options.dryRun === true
  const report = resolve(terminal.cwd, reportName(input, path, isDry))
  const work = { server, app, file, report, isDry }
  const state = await begin(work)
  if (state.row > 0) terminal.complain(`Goes on after row ${number(state.row)}.\n`)
  const began = performance.now()
  const { totals, row } = await send(work, state, terminal)
  if (!isDry) await dropState(report)
  await dropEmptyReport(report)
  const seconds = (performance.now() - began) / 1000
  if (input.options.json) {
    const written = totals.refused + totals.doubles > 0 ? report : null
    return writeJson(terminal, { ...totals, rows: row, report: written })
  }
  describe(terminal, { totals, seconds, isDry, report, resumed: state.totals })
}

const reportName = (input: CommandInput, path: string, isDry: boolean): string =>
  optionText(input, 'report') ?? `${basename(path)}.${isDry ? 'dry-run' : 'report'}.jsonl`

const begin = async ({ server, app, file, report, isDry }: Import): Promise<ImportState> => {
  const { size, modifiedMs } = file
  const of = { url: server.url, app: app.clientAppId, size, modifiedMs }
  if (!isDry) return resumeState(report, of)
  await startReport(report)
  return { of, row: 0, totals: noTotals, reportBytes: 0 }
}

const send = async (
  { server, app, file, report, isDry }: Import,
  state: ImportState,
  terminal: Terminal,
): Promise<ImportState> => {
  const progress = openProgress(terminal)
  const began = performance.now()
  const before = doneOf(state.totals)
  let isBegun = state.row > 0
  progress.show(0, 'reading')
  try {
    return await sendRows({
      server,
      app,
      rows: file.rows,
      report,
      isDry,
      state,
      tell: ({ totals, bytes }) => {
        isBegun = true
        const rate = (doneOf(totals) - before) / ((performance.now() - began) / 1000)
        const refused = totals.refused > 0 ? `, ${number(totals.refused)} refused` : ''
        const text = `${number(doneOf(totals))} rows${refused}, ${number(Math.round(rate))}/s`
        progress.show(file.size === 0 ? 1 : bytes / file.size, text)
      },
    })
  } catch (error) {
    if (!isBegun) await dropEmptyReport(report)
    throw error
  } finally {
    progress.end()
  }
}

const doneOf = ({ imported, existing, refused }: Totals): number => imported + existing + refused

type Outcome = {
  readonly totals: Totals
  readonly resumed: Totals
  readonly seconds: number
  readonly isDry: boolean
  readonly report: string
}

const describe = (
  { write, paint }: Terminal,
  { totals, resumed, seconds, isDry, report }: Outcome,
): void => {
  const users = `${number(totals.imported)} ${totals.imported === 1 ? 'user' : 'users'}`
  const rate = Math.round((doneOf(totals) - doneOf(resumed)) / Math.max(seconds, 0.001))
  const done = isDry
    ? `${users} would be imported; nothing was written.`
    : `${users} imported (${seconds.toFixed(1)} s, ${number(rate)} rows/s).`
  const lines = [
    totals.existing > 0 && `${number(totals.existing)} were there already.`,
    totals.refused > 0 &&
      `${number(totals.refused)} ${totals.refused === 1 ? 'row' : 'rows'} refused.`,
    totals.doubles > 0 &&
      `${number(totals.doubles)} have an e-mail address that another account has in other letters.`,
    totals.withoutPassword > 0 &&
      `${number(totals.withoutPassword)} have no password: they set one by mail.`,
    totals.refused + totals.doubles > 0 && `Which and why: ${report}`,
  ]
  write(`${paint('green', '✓')} ${done}\n`)
  for (const line of lines) if (line !== false) write(`  ${line}\n`)
}
