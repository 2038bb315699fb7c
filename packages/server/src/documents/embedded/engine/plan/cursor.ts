import type { StatementSync } from 'node:sqlite'
import type { Sort } from '../../../documents.ts'
import type { CollectionEntry } from '../catalog.ts'
import type { Connection } from '../connection.ts'
import type { KeyRange } from './bounds.ts'
import type { Plan } from './plan.ts'

export type StoredDocument = { readonly rid: number; readonly doc: Uint8Array }

/** Walks what a plan leads to, each document once, in the plan's order. Nothing is checked against the filter here. */
export type Cursor = {
  next(): StoredDocument | undefined
  /** Lets go of the file's snapshot: the next `next` goes on behind the last document, as the file is then. */
  pause(): void
}

type Row = StoredDocument & { readonly key?: Uint8Array }
type IndexPlan = Extract<Plan, { kind: 'index' }>

/** A statement of its own while it runs, because one scan may run inside another. */
const openRows = (
  connection: Connection,
  sql: string,
  values: readonly (Uint8Array | number)[],
) => {
  const statement: StatementSync = connection.take(sql)
  const rows = statement.iterate(...values)
  const close = (): void => {
    rows.return?.()
    connection.give(sql, statement)
  }
  const next = (): Row | undefined => {
    const { done, value } = rows.next()
    return done === true ? undefined : (value as Row)
  }
  return { next, close }
}

const openTable = (
  connection: Connection,
  { table }: CollectionEntry,
  { isReverse, after }: { isReverse: boolean; after: Row | undefined },
) => {
  const behind = after === undefined ? '' : `WHERE rid ${isReverse ? '<' : '>'} ?`
  const sql = `SELECT rid, doc FROM ${table} ${behind} ORDER BY rid ${isReverse ? 'DESC' : 'ASC'}`
  return openRows(connection, sql, after === undefined ? [] : [after.rid])
}

const openRange = (
  connection: Connection,
  { table }: CollectionEntry,
  { plan, range, after }: { plan: IndexPlan; range: KeyRange; after: Row | undefined },
) => {
  const { index, isReverse } = plan
  const order = isReverse ? 'DESC' : 'ASC'
  const beyond = isReverse ? '<' : '>'
  const values: (Uint8Array | number)[] = [range.low]
  let where = 'i.key >= ?'
  if (range.high !== undefined) {
    where += ' AND i.key < ?'
    values.push(range.high)
  }
  if (after?.key !== undefined) {
    where += index.unique ? ` AND i.key ${beyond} ?` : ` AND (i.key, i.rid) ${beyond} (?, ?)`
    values.push(after.key, ...(index.unique ? [] : [after.rid]))
  }
  const sql = `SELECT i.key AS key, i.rid AS rid, c.doc AS doc FROM ${index.table} i
    CROSS JOIN ${table} c ON c.rid = i.rid
    WHERE ${where} ORDER BY i.key ${order}${index.unique ? '' : `, i.rid ${order}`}`
  return openRows(connection, sql, values)
}

/** At most one document for each range: read by its key, without a scan. */
const openPoints = (
  connection: Connection,
  { table }: CollectionEntry,
  { index, ranges }: IndexPlan,
): Cursor => {
  const sql = `SELECT i.rid AS rid, c.doc AS doc FROM ${index.table} i
    CROSS JOIN ${table} c ON c.rid = i.rid WHERE i.key = ?`
  const seen = index.multikey ? new Set<number>() : undefined
  let position = 0

  const next = (): StoredDocument | undefined => {
    while (position < ranges.length) {
      const { low } = ranges[position] as KeyRange
      position += 1
      const row = connection.statement(sql).get(low) as StoredDocument | undefined
      if (row === undefined || seen?.has(row.rid)) continue
      seen?.add(row.rid)
      return row
    }
    return undefined
  }

  return { next, pause: () => {} }
}

export const openCursor = (
  connection: Connection,
  collection: CollectionEntry,
  plan: Plan,
): Cursor => {
  if (plan.kind === 'index' && plan.isPoint && !plan.isReverse) {
    return openPoints(connection, collection, plan)
  }
  const ranges: readonly (KeyRange | undefined)[] =
    plan.kind === 'all' ? [undefined] : plan.isReverse ? plan.ranges.toReversed() : plan.ranges
  const seen = plan.kind === 'index' && plan.index.multikey ? new Set<number>() : undefined
  let position = 0
  let after: Row | undefined
  let rows: ReturnType<typeof openRows> | undefined

  const open = (range: KeyRange | undefined): ReturnType<typeof openRows> =>
    plan.kind === 'all' || range === undefined
      ? openTable(connection, collection, { isReverse: plan.isReverse, after })
      : openRange(connection, collection, { plan, range, after })

  const pause = (): void => {
    rows?.close()
    rows = undefined
  }

  const next = (): StoredDocument | undefined => {
    while (position < ranges.length) {
      rows ??= open(ranges[position])
      const row = rows.next()
      if (row === undefined) {
        pause()
        after = undefined
        position += 1
        continue
      }
      after = row
      if (seen?.has(row.rid)) continue
      seen?.add(row.rid)
      return row
    }
    return undefined
  }

  return { next, pause }
}

/** True when the order has to be made in memory. */
export const needsSort = (plan: Plan, sort: Sort | undefined): boolean =>
  sort !== undefined && Object.keys(sort).length > 0 && !plan.isSorted
