import type { Connection } from '../connection.ts'
import type { ChangeSignal } from './signal.ts'
import type { LogPlace } from './token.ts'

/** Where the change log is now; nothing when the file keeps none. */
export type ChangeLog = {
  readonly place: () => LogPlace | undefined
  readonly signal: ChangeSignal
}

/** Where the file's change log is now; nothing when the file keeps none. */
export const readLogPlace = (connection: Connection): LogPlace | undefined => {
  const meta = connection.statement('SELECT value FROM meta WHERE key = ?')
  if (meta.get('changeLog')?.value !== 1) return undefined
  const log = meta.get('log')?.value
  const last = connection.statement("SELECT seq FROM sqlite_sequence WHERE name = 'changes'").get()
  return { log: String(log), sequence: Number(last?.seq ?? 0) }
}

/** Answers, each time it is called, whether another connection has committed since the last time. */
export const openChangePoll = (connection: Connection): (() => boolean) => {
  const version = (): unknown => connection.statement('PRAGMA data_version').get()?.data_version
  let last = version()
  return () => {
    const current = version()
    const hasChanged = current !== last
    last = current
    return hasChanged
  }
}
