import type { Document } from 'bson'
import { describe, expect, it } from 'vitest'
import { openActionStore } from '../../src/activity/action-store.ts'
import { idAt } from '../../src/activity/entry-id.ts'
import { openEntryStore } from '../../src/activity/entry-store.ts'
import { openSegments } from '../../src/activity/segments.ts'
import type { Collection, Database, FindOptions } from '../../src/documents/documents.ts'
import { newId } from '../deps/open-deps.ts'
import { openTempDocuments } from '../store/temp-documents.ts'

type Query = { readonly of: Collection; readonly filter: Document; readonly options: FindOptions }

/** The database, with note taken of what is looked for. */
const recordQueries = (database: Database, queries: Query[]): Database => ({
  ...database,
  collection: name => {
    const of = database.collection(name)
    const record = (filter: Document, { hint, sort }: FindOptions = {}): void => {
      queries.push({ of, filter, options: { ...(hint && { hint }), ...(sort && { sort }) } })
    }
    return {
      ...of,
      find: (filter, options) => {
        record(filter, options)
        return of.find(filter, options)
      },
      deleteMany: filter => {
        record(filter)
        return of.deleteMany(filter)
      },
      updateOne: (filter, update, options) => {
        record(filter)
        return of.updateOne(filter, update, options)
      },
    }
  },
})

const appId = newId()
const at = 1_700_000_000_000

describe('every query of what happened', () => {
  it('goes through an index, in its order', async () => {
    await using temp = await openTempDocuments()
    const queries: Query[] = []
    const database = recordQueries(temp.documents.database('regent_logs'), queries)
    const entries = await openEntryStore(database)
    const actions = await openActionStore(database)
    const segments = openSegments(database, 10)

    await entries.find({})
    await entries.find({ after: at, until: at + 1 })
    await entries.find({ appId })
    await entries.find({ appId, failed: true, until: at })
    await entries.find({ appId, types: ['AUTH', 'MAIL'] })
    await entries.find({ appId, userId: newId(), types: ['AUTH'], failed: true })
    await entries.find({ appId, account: 'ada@example.com' })
    await entries.find({ requestId: newId() })
    await entries.removeBefore(idAt(at))
    await entries.removeByApp(appId)
    await segments.add(idAt(at), 10)
    await segments.boundary(1)
    await segments.removeBefore(idAt(at))
    await actions.find({ appId, operation: 'x', failed: true })
    await actions.find({ operatorId: 'x' })
    await actions.find({ requestId: 'x' })
    await actions.find({ before: idAt(at) })
    await actions.end(idAt(at), { status: 204, endedAt: at })
    await actions.removeBefore(idAt(at))

    expect(queries.length).toBeGreaterThan(18)
    for (const { of, filter, options } of queries) {
      const plan = await of.explain(filter, options)
      const query = `${of.name} ${JSON.stringify(filter)}`
      expect(plan.stage, query).not.toBe('COLLSCAN')
      if (options.sort) expect(plan.sortedByIndex, query).toBe(true)
    }
  })
})
