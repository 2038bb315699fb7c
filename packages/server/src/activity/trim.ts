import type { Config } from '../config.ts'
import { idAt } from './entry-id.ts'
import type { Records } from './records.ts'

/** What is kept at most. */
export type Retention = {
  readonly days: number
  readonly mostEntries: number
  /** Of the audit trail. */
  readonly auditDays: number
}

/** As the settings say. */
export const retentionOf = ({
  logDays,
  logEntries,
  auditDays,
}: Pick<Config, 'logDays' | 'logEntries' | 'auditDays'>): Retention => ({
  days: logDays,
  mostEntries: logEntries,
  auditDays,
})

const dayMs = 24 * 60 * 60 * 1000

/** Deletes entries that are too old, and the oldest of those that are too many. */
export const trim = async (
  { entries, segments, actions }: Omit<Records, 'close'>,
  { days, mostEntries, auditDays }: Retention,
  now: number,
): Promise<void> => {
  const tooOld = idAt(now - days * dayMs)
  const tooMany = (await segments.boundary(mostEntries)) ?? tooOld
  const boundary = tooMany > tooOld ? tooMany : tooOld
  await entries.removeBefore(boundary)
  await segments.removeBefore(boundary)
  await actions.removeBefore(idAt(now - auditDays * dayMs))
}
