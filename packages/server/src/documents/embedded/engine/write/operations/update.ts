import type { Document } from 'bson'
import type { Sort, Update } from '../../../../documents.ts'
import { compileFilter } from '../../../query/matcher.ts'
import { type CompiledUpdate, compileUpdate } from '../../../update/update.ts'
import { upsertDocument } from '../../../update/upsert.ts'
import { toBytes } from '../../../values/bytes.ts'
import type { WriteOutcome } from '../../messages.ts'
import { findTarget, forEachTarget, type Target } from '../targets.ts'
import type { Step, Task, Writer } from '../writer.ts'
import { withId } from './insert.ts'

export type UpdateRequest = {
  readonly database: string
  readonly collection: string
  readonly now: number
  readonly filter: Document
  readonly update: Update
  readonly multi: boolean
  readonly upsert?: boolean | undefined
  readonly arrayFilters?: readonly Document[] | undefined
  readonly sort?: Sort | undefined
}

/** What became of one document. */
export type Changed = {
  readonly before: Document | undefined
  readonly after: Document
  readonly isModified: boolean
}

const applyTo = (
  { state, rows }: Writer,
  { database, collection, now }: UpdateRequest,
  { update, target }: { update: CompiledUpdate; target: Target },
): Changed => {
  const after = update.apply(target.doc, {
    position: target.position,
    isInsert: false,
    now: new Date(now),
  })
  const isReplacement = update.kind === 'replacement'
  const entry = state.get(database, collection)
  const isModified =
    after !== target.doc && rows.update(entry, target, { doc: after, isReplacement })
  return { before: target.doc, after, isModified }
}

const insertMissing = (
  { state, rows }: Writer,
  { database, collection, filter, now }: UpdateRequest,
  update: CompiledUpdate,
): Document => {
  const made = update.apply(upsertDocument(filter), {
    position: undefined,
    isInsert: true,
    now: new Date(now),
  })
  const doc = withId(made)
  rows.insert(state.ensure(database, collection), doc)
  return doc
}

/** Changes the first document that matches, or inserts one; nothing when there was nothing to change. */
export const updateFirst = function* (
  writer: Writer,
  request: UpdateRequest,
): Step<Changed | undefined> {
  const { database, collection, filter, sort, arrayFilters } = request
  const update = compileUpdate(request.update, { arrayFilters })
  const entry = writer.state.find(database, collection)
  if (entry === undefined) compileFilter(filter)
  const target = entry && (yield* findTarget(writer, entry, { filter, sort }))
  if (target !== undefined) return applyTo(writer, request, { update, target })
  if (request.upsert !== true) return undefined
  return { before: undefined, after: insertMissing(writer, request, update), isModified: true }
}

const upsertOutcome = (doc: Document): WriteOutcome => ({
  matched: 0,
  modified: 0,
  upserted: 1,
  upsertedId: toBytes({ _id: doc._id }),
})

const updateOne = function* (writer: Writer, request: UpdateRequest): Task {
  const changed = yield* updateFirst(writer, request)
  if (changed === undefined) return { matched: 0, modified: 0 }
  if (changed.before === undefined) return upsertOutcome(changed.after)
  return { matched: 1, modified: changed.isModified ? 1 : 0 }
}

const updateMany = function* (writer: Writer, request: UpdateRequest): Task {
  const { database, collection, filter, arrayFilters } = request
  const update = compileUpdate(request.update, { arrayFilters })
  const entry = writer.state.find(database, collection)
  let matched = 0
  let modified = 0
  if (entry === undefined) compileFilter(filter)
  else {
    yield* forEachTarget(writer, entry, {
      filter,
      visit: target => {
        const { isModified } = applyTo(writer, request, { update, target })
        matched += 1
        if (isModified) modified += 1
      },
    })
  }
  if (matched === 0 && request.upsert === true) {
    return upsertOutcome(insertMissing(writer, request, update))
  }
  return { matched, modified }
}

export const updateDocuments = (writer: Writer, request: UpdateRequest): Task =>
  request.multi ? updateMany(writer, request) : updateOne(writer, request)
