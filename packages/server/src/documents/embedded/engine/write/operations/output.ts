import type { Document } from 'bson'
import { DocumentsError } from '../../../../error.ts'
import { compilePipeline, type PipelineOutput } from '../../../aggregate/pipeline.ts'
import { fromBytes } from '../../../values/bytes.ts'
import { type CollectionEntry, describeIndex, indexDefinition } from '../../catalog.ts'
import type { WriteRequest } from '../../messages.ts'
import { checkCollectionName, checkDatabaseName } from '../../names.ts'
import { findTarget } from '../targets.ts'
import type { Step, Task, Writer } from '../writer.ts'
import { removeCollection } from './collections.ts'
import { createIndex } from './indexes.ts'
import { withId } from './insert.ts'

type Place = { readonly database: string; readonly collection: string }

/** Where the documents of `$out` gather until all of them are there. */
const stagingName = (id: number): string => `system.out.${id}`

const copyIndexes = function* (writer: Writer, from: CollectionEntry, to: Place): Step<void> {
  for (const index of from.indexes) {
    const { name, ...description } = describeIndex(index)
    const definition = indexDefinition({
      ...description,
      ...(index.partial === undefined ? {} : { partialFilterExpression: index.partial }),
    })
    yield* createIndex(writer, { ...to, name, definition })
  }
}

/** Puts the documents in place of whatever the collection held, all at once, keeping its indexes. */
const replaceCollection = function* (
  writer: Writer,
  place: Place,
  { id, documents }: WriteRequest,
): Task {
  const { state, rows, budget } = writer
  const staging = { database: place.database, collection: stagingName(id) }
  state.ensureHidden(staging.database, staging.collection)
  const before = state.find(place.database, place.collection)
  if (before !== undefined) yield* copyIndexes(writer, before, staging)
  try {
    for (const bytes of documents) {
      rows.insert(state.get(staging.database, staging.collection), withId(fromBytes(bytes)))
      if (budget.spend()) yield
    }
  } catch (error) {
    const left = state.find(staging.database, staging.collection)
    if (left !== undefined) yield* removeCollection(writer, left)
    throw error
  }
  const replaced = state.find(place.database, place.collection)
  const retired = replaced && state.rename(replaced, `system.dropped.${replaced.id}`)
  state.rename(state.get(staging.database, staging.collection), place.collection)
  writer.changes.renamed(staging, place)
  if (retired !== undefined) yield* removeCollection(writer, retired)
  return { inserted: documents.length }
}

const hasUniqueIndex = ({ indexes }: CollectionEntry, on: readonly string[]): boolean =>
  indexes.some(
    ({ unique, fields, partial }) =>
      unique &&
      partial === undefined &&
      fields.length === on.length &&
      fields.every(field => on.includes(field)),
  )

const requireUniqueIndex = (
  collection: CollectionEntry | undefined,
  { on }: PipelineOutput,
): void => {
  if (on.length === 1 && on[0] === '_id') return
  if (collection !== undefined && hasUniqueIndex(collection, on)) return
  throw new DocumentsError(
    'BadValue',
    `Cannot find index to verify that join fields will be unique: ${on.join(', ')}`,
  )
}

const filterOn = (doc: Document, on: readonly string[]): Document => {
  const valueAt = (path: string): unknown =>
    path.split('.').reduce<unknown>((value, step) => (value as Document | undefined)?.[step], doc)
  return Object.fromEntries(on.map(path => [path, { $eq: valueAt(path) ?? null }]))
}

const mergeOne = function* (
  writer: Writer,
  place: Place,
  { output, incoming, now }: { output: PipelineOutput; incoming: Document; now: Date },
): Step<void> {
  const entry = writer.state.ensure(place.database, place.collection)
  const existing = yield* findTarget(writer, entry, { filter: filterOn(incoming, output.on) })
  const current = writer.state.get(place.database, place.collection)
  if (existing === undefined) {
    if (output.whenNotMatched === 'insert') writer.rows.insert(current, incoming)
    if (output.whenNotMatched !== 'fail') return
    throw new DocumentsError(
      'BadValue',
      '$merge could not find a matching document in the target collection for at least one document in the source collection',
    )
  }
  if (output.whenMatched === 'keepExisting') return
  if (output.whenMatched === 'fail') {
    throw new DocumentsError(
      'DuplicateKey',
      `E11000 duplicate key error collection: ${place.database}.${place.collection}: $merge found a matching document`,
    )
  }
  const doc = output.join(existing.doc, incoming, now)
  writer.rows.update(current, existing, { doc, isReplacement: output.whenMatched === 'replace' })
}

const mergeInto = function* (
  writer: Writer,
  place: Place,
  { output, request }: { output: PipelineOutput; request: WriteRequest },
): Task {
  requireUniqueIndex(writer.state.find(place.database, place.collection), output)
  const now = new Date(request.now)
  for (const bytes of request.documents) {
    yield* mergeOne(writer, place, { output, incoming: withId(fromBytes(bytes)), now })
    if (writer.budget.spend()) yield
  }
  return {}
}

/** Writes what a pipeline has made to where its last stage says. */
export const writeOutput = function* (
  writer: Writer,
  request: WriteRequest,
  lastStage: Document,
): Task {
  const { output } = compilePipeline([lastStage])
  if (output === undefined) return {}
  const place = {
    database: checkDatabaseName(output.database ?? request.database),
    collection: checkCollectionName(output.collection),
  }
  return output.stage === '$out'
    ? yield* replaceCollection(writer, place, request)
    : yield* mergeInto(writer, place, { output, request })
}
