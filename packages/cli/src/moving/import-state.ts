import { readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises'

/** What an import has done, so that it goes on where it was cut off. */
export type Totals = {
  readonly imported: number
  readonly existing: number
  readonly refused: number
  readonly doubles: number
  readonly withoutPassword: number
}

export type ImportState = {
  /** Which import: an app of a server, and a file as it was. */
  readonly of: {
    readonly url: string
    readonly app: string
    readonly size: number
    readonly modifiedMs: number
  }
  /** The last row that was answered. */
  readonly row: number
  readonly totals: Totals
  /** Length of the report then; what stands behind it was not answered. */
  readonly reportBytes: number
}

export const noTotals: Totals = {
  imported: 0,
  existing: 0,
  refused: 0,
  doubles: 0,
  withoutPassword: 0,
}

export const addTotals = (one: Totals, other: Totals): Totals => ({
  imported: one.imported + other.imported,
  existing: one.existing + other.existing,
  refused: one.refused + other.refused,
  doubles: one.doubles + other.doubles,
  withoutPassword: one.withoutPassword + other.withoutPassword,
})

const stateFile = (report: string): string => `${report}.progress`

const isSame = (one: ImportState['of'], other: ImportState['of']): boolean =>
  one.url === other.url &&
  one.app === other.app &&
  one.size === other.size &&
  one.modifiedMs === other.modifiedMs

/** What an import of the same file into the same app left, its report cut to what was answered; else a new one. */
export const resumeState = async (report: string, of: ImportState['of']): Promise<ImportState> => {
  const text = await readFile(stateFile(report), 'utf8').catch(() => '')
  const left = text === '' ? undefined : readState(text)
  if (left && isSame(left.of, of) && (await sizeOf(report)) >= left.reportBytes) {
    await truncate(report, left.reportBytes)
    return left
  }
  await writeFile(report, '', { mode: 0o600 })
  return { of, row: 0, totals: noTotals, reportBytes: 0 }
}

/** -1 for a file that is gone. */
const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => -1,
  )

const readState = (text: string): ImportState | undefined => {
  try {
    const state = JSON.parse(text) as Partial<ImportState> | null
    return state?.of && state.totals ? (state as ImportState) : undefined
  } catch {
    return undefined
  }
}

export const keepState = async (report: string, state: ImportState): Promise<void> => {
  const file = stateFile(report)
  await writeFile(`${file}.new`, JSON.stringify(state), { mode: 0o600 })
  await rename(`${file}.new`, file)
}

export const dropState = (report: string): Promise<void> => rm(stateFile(report), { force: true })
