import type { listAuditQuery, listLogsQuery } from '@regent/protocol'
import type { z } from 'zod'
import type { ActionQuery } from '../../../activity/action.ts'
import { type EntryType, entryTypes } from '../../../activity/entry.ts'
import { isId } from '../../../domain/id.ts'
import { AppError } from '../../../errors.ts'
import type { LogsQuery } from '../../../use-cases/admin/logs.ts'

const mostEntries = 100
/** A page that begins further from its date is not worth its reading: the date can be moved. */
const mostSkipped = 10_000

const refuse = (detail: string): AppError => new AppError('fieldInvalid', { detail })

const readWhole = (
  name: string,
  text: string | undefined,
  { least, most, absent }: { least: number; most: number; absent: number },
): number => {
  if (text === undefined || text === '') return absent
  const value = Number(text)
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw refuse(`'${name}' must be a whole number from ${least} to ${most}`)
}

/** Milliseconds since 1970. */
const readTime = (name: string, text: string | undefined): number | undefined => {
  if (text === undefined || text === '') return undefined
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN
  if (time >= 0 && time <= 8_640_000_000_000) return time
  throw refuse(`'${name}' must be a date as in 2026-01-31T12:00:00Z`)
}

const limitOf = (text: string | undefined): number =>
  readWhole('limit', text, { least: 1, most: mostEntries, absent: mostEntries })

/** Types that are not kept here, as those of sync, find nothing. */
const readTypes = (text: string | undefined): readonly EntryType[] | undefined => {
  if (text === undefined || text === '') return undefined
  const wanted = text.split(',').map(one => one.trim().toUpperCase())
  return entryTypes.filter(type => wanted.includes(type))
}

/** @throws `fieldInvalid` */
export const readLogsQuery = (query: z.infer<typeof listLogsQuery>): LogsQuery => ({
  requestId: query.co_id,
  user: query.user_id,
  types: readTypes(query.type),
  failed: query.errors_only === undefined ? undefined : true,
  after: readTime('start_date', query.start_date),
  until: readTime('end_date', query.end_date),
  skip: readWhole('skip', query.skip, { least: 0, most: mostSkipped, absent: 0 }),
  limit: limitOf(query.limit),
})

/** @throws `fieldInvalid` */
export const readAuditQuery = (query: z.infer<typeof listAuditQuery>): ActionQuery => {
  const { before } = query
  if (before !== undefined && !isId(before)) throw refuse("'before' must be the id of a row")
  return {
    appId: query.app_id,
    operatorId: query.operator_id,
    operation: query.operation,
    requestId: query.co_id,
    failed: query.errors_only === undefined ? undefined : true,
    after: readTime('start_date', query.start_date),
    until: readTime('end_date', query.end_date),
    before,
    limit: limitOf(query.limit),
  }
}
