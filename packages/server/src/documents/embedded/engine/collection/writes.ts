import { type Document, ObjectId } from 'bson'
import type {
  BulkOperation,
  BulkResult,
  CollectionWrites,
  FindOneAndOptions,
  Update,
  UpdateResult,
} from '../../../documents.ts'
import { DocumentsError } from '../../../error.ts'
import { isReplacement } from '../../update/update.ts'
import { toBytes } from '../../values/bytes.ts'
import type { Decode } from '../decode.ts'
import { type Engine, ownBytes, type Place } from '../engine.ts'
import type { WriteOutcome } from '../messages.ts'
import { checkId, checkSize } from '../names.ts'

type StoredDocument = { readonly id: unknown; readonly bytes: Uint8Array }

/** The document as it is stored: `_id` first, made when there is none. */
const toStored = (document: Document): StoredDocument => {
  const { _id = new ObjectId(), ...fields } = document
  checkId({ _id })
  return { id: _id, bytes: checkSize(toBytes({ _id, ...fields })) }
}

/** Views into one buffer, which a message copies once. */
const joined = (stored: readonly StoredDocument[]): Uint8Array[] => {
  const whole = new Uint8Array(stored.reduce((sum, { bytes }) => sum + bytes.length, 0))
  let end = 0
  return stored.map(({ bytes }) => {
    whole.set(bytes, end)
    end += bytes.length
    return whole.subarray(end - bytes.length, end)
  })
}

const requireReplacement = (replacement: Document): Document => {
  if (Array.isArray(replacement) || !isReplacement(replacement)) {
    throw new DocumentsError('BadValue', 'the replacement document must not contain operators')
  }
  return replacement
}

const requireOperators = (update: Update): Update => {
  if (isReplacement(update)) {
    throw new DocumentsError(
      'FailedToParse',
      'the update must consist of operators such as $set, or be a pipeline',
    )
  }
  return update
}

const toUpdateResult = (outcome: WriteOutcome, decode: Decode): UpdateResult => ({
  matchedCount: outcome.matched ?? 0,
  modifiedCount: outcome.modified ?? 0,
  ...(outcome.upsertedId === undefined ? {} : { upsertedId: decode(outcome.upsertedId)._id }),
})

const toBulkResult = (outcome: WriteOutcome): BulkResult => ({
  insertedCount: outcome.inserted ?? 0,
  matchedCount: outcome.matched ?? 0,
  modifiedCount: outcome.modified ?? 0,
  deletedCount: outcome.deleted ?? 0,
  upsertedCount: outcome.upserted ?? 0,
})

const toBulkBytes = (operation: BulkOperation): Uint8Array => {
  if ('insertOne' in operation) {
    const { id, bytes } = toStored(operation.insertOne.document)
    const document = bytes.length > 0 ? { ...operation.insertOne.document, _id: id } : {}
    return ownBytes(toBytes({ insertOne: { document } }))
  }
  if ('replaceOne' in operation) requireReplacement(operation.replaceOne.replacement)
  if ('updateOne' in operation) requireOperators(operation.updateOne.update)
  if ('updateMany' in operation) requireOperators(operation.updateMany.update)
  return ownBytes(toBytes(operation))
}

const singleWrites = (
  { write }: Engine,
  place: Place,
  decode: Decode,
): Pick<
  CollectionWrites,
  'insertOne' | 'insertMany' | 'updateOne' | 'updateMany' | 'replaceOne'
> => ({
  insertOne: async document => {
    const { id, bytes } = toStored(document)
    await write('insert', place, { documents: [ownBytes(bytes)] })
    return { insertedId: id }
  },
  insertMany: async documents => {
    const stored = documents.map(toStored)
    await write('insert', place, { documents: joined(stored) })
    return { insertedIds: stored.map(({ id }) => id) }
  },
  updateOne: async (filter, update, options) => {
    requireOperators(update)
    const values = { ...options, filter, update, multi: false }
    return toUpdateResult(await write('update', place, { arguments: values }), decode)
  },
  updateMany: async (filter, update, options) => {
    requireOperators(update)
    const values = { ...options, filter, update, multi: true }
    return toUpdateResult(await write('update', place, { arguments: values }), decode)
  },
  replaceOne: async (filter, replacement, options) => {
    const update = requireReplacement(replacement)
    const values = { ...options, filter, update, multi: false }
    return toUpdateResult(await write('update', place, { arguments: values }), decode)
  },
})

const findingWrites = (
  { write }: Engine,
  place: Place,
  decode: Decode,
): Pick<CollectionWrites, 'findOneAndUpdate' | 'findOneAndReplace' | 'findOneAndDelete'> => {
  const run = async (values: Document): Promise<Document | undefined> => {
    const { document } = await write('findAndModify', place, { arguments: values })
    return document === undefined ? undefined : decode(document)
  }
  const toValues = ({ returnDocument, ...options }: FindOneAndOptions = {}): Document => ({
    ...options,
    returnAfter: returnDocument === 'after',
  })

  return {
    findOneAndUpdate: async (filter, update, options) =>
      run({ ...toValues(options), filter, update: requireOperators(update) }),
    findOneAndReplace: async (filter, replacement, options) =>
      run({ ...toValues(options), filter, update: requireReplacement(replacement) }),
    findOneAndDelete: async (filter, options) => run({ ...toValues(options), filter }),
  }
}

export const collectionWrites = (
  engine: Engine,
  place: Place,
  decode: Decode,
): CollectionWrites => ({
  ...singleWrites(engine, place, decode),
  ...findingWrites(engine, place, decode),
  deleteOne: async filter => {
    const values = { filter, multi: false }
    const { deleted = 0 } = await engine.write('delete', place, { arguments: values })
    return { deletedCount: deleted }
  },
  deleteMany: async filter => {
    const values = { filter, multi: true }
    const { deleted = 0 } = await engine.write('delete', place, { arguments: values })
    return { deletedCount: deleted }
  },
  bulkWrite: async (operations, { ordered = true } = {}) => {
    const documents = operations.map(toBulkBytes)
    return toBulkResult(await engine.write('bulk', place, { arguments: { ordered }, documents }))
  },
})
