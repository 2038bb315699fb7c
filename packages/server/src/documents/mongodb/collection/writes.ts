import { type Document, ObjectId } from 'bson'
import type { AnyBulkWriteOperation, UpdateResult as DriverResult, UpdateFilter } from 'mongodb'
import type {
  BulkOperation,
  CollectionWrites,
  FindOneAndOptions,
  Update,
  UpdateResult,
} from '../../documents.ts'
import { decodeFor } from '../../embedded/engine/decode.ts'
import { isReplacement } from '../../embedded/update/update.ts'
import { DocumentsError } from '../../error.ts'
import { manyMs, operationMs } from '../connection.ts'
import { driverCollection, type Place, toOwnValues } from '../place.ts'
import { keepIds, runBulk, withKey } from './bulk.ts'

const one = { withinMs: operationMs, isWhole: true }
const many = { withinMs: manyMs }

/** A copy with `_id` first, made when there is none; the driver would add it to the caller's object. */
const toStored = (document: Document): Document => {
  const { _id = new ObjectId(), ...fields } = document
  return { _id, ...fields }
}

const requireOperators = (update: Update): UpdateFilter<Document> => {
  if (isReplacement(update)) {
    throw new DocumentsError(
      'FailedToParse',
      'the update must consist of operators such as $set, or be a pipeline',
    )
  }
  return (Array.isArray(update) ? [...update] : update) as UpdateFilter<Document>
}

const requireReplacement = (replacement: Document): Document => {
  if (Array.isArray(replacement) || !isReplacement(replacement)) {
    throw new DocumentsError('BadValue', 'the replacement document must not contain operators')
  }
  return replacement
}

const withArray = <Options extends { readonly arrayFilters?: readonly Document[] }>({
  arrayFilters,
  ...options
}: Options) => ({
  ...options,
  ...(arrayFilters === undefined ? {} : { arrayFilters: [...arrayFilters] }),
})

/** Counts, and the id of what an upsert inserted, read again where the driver does not tell its number's type. */
const toUpdateResult = async (place: Place, result: DriverResult): Promise<UpdateResult> => {
  const { matchedCount, modifiedCount, upsertedCount, upsertedId: _id } = result
  const counts = { matchedCount, modifiedCount }
  if (upsertedCount === 0) return counts
  const own: unknown = toOwnValues({ _id }, place.promoteValues)._id
  if (place.promoteValues || own instanceof ObjectId || typeof own === 'string') {
    return { ...counts, upsertedId: own }
  }
  const filter: Document = { _id }
  const options = { projection: { _id: 1 }, raw: true }
  const collection = driverCollection(place.connection.client, place)
  const bytes = await collection.findOne<Uint8Array>(filter, options)
  return { ...counts, upsertedId: bytes === null ? own : decodeFor(false)(bytes)._id }
}

const updating = (
  place: Place,
): Pick<CollectionWrites, 'updateOne' | 'updateMany' | 'replaceOne'> => ({
  updateOne: (filter, update, options = {}) =>
    place.connection.run(one, async client => {
      const collection = driverCollection(client, place)
      const operators = requireOperators(update)
      return toUpdateResult(
        place,
        await collection.updateOne(filter, operators, withArray(options)),
      )
    }),
  updateMany: (filter, update, options = {}) =>
    place.connection.run(many, async client => {
      const collection = driverCollection(client, place)
      const operators = requireOperators(update)
      return toUpdateResult(
        place,
        await collection.updateMany(filter, operators, withArray(options)),
      )
    }),
  replaceOne: (filter, replacement, options = {}) =>
    place.connection.run(one, async client => {
      const whole = requireReplacement(replacement)
      const result = await driverCollection(client, place).replaceOne(filter, whole, options)
      return toUpdateResult(place, result as DriverResult)
    }),
})

const finding = (
  place: Place,
): Pick<CollectionWrites, 'findOneAndUpdate' | 'findOneAndReplace' | 'findOneAndDelete'> => {
  const decode = decodeFor(place.promoteValues)
  const decoded = (found: unknown): Document | undefined =>
    found === null || found === undefined ? undefined : decode(found as Uint8Array)
  const toOptions = (options: FindOneAndOptions = {}) => ({ ...withArray(options), raw: true })

  return {
    findOneAndUpdate: (filter, update, options) =>
      place.connection.run(one, async client => {
        const operators = requireOperators(update)
        const collection = driverCollection(client, place)
        return decoded(await collection.findOneAndUpdate(filter, operators, toOptions(options)))
      }),
    findOneAndReplace: (filter, replacement, options) =>
      place.connection.run(one, async client => {
        const whole = requireReplacement(replacement)
        const collection = driverCollection(client, place)
        return decoded(await collection.findOneAndReplace(filter, whole, toOptions(options)))
      }),
    findOneAndDelete: (filter, options) =>
      place.connection.run(one, async client => {
        const collection = driverCollection(client, place)
        return decoded(await collection.findOneAndDelete(filter, toOptions(options)))
      }),
  }
}

const inserting = (place: Place): Pick<CollectionWrites, 'insertOne' | 'insertMany'> => ({
  insertOne: document =>
    place.connection.run(one, async client => {
      const stored = toStored(document)
      const collection = driverCollection(client, place)
      await collection.insertOne(stored, keepIds).catch(async error => {
        throw await withKey(collection, stored, error)
      })
      return { insertedId: stored._id as unknown }
    }),
  insertMany: documents =>
    place.connection.run(many, async client => {
      const stored = documents.map(toStored)
      const operations = stored.map(document => ({ insertOne: { document } }))
      await runBulk(driverCollection(client, place), operations, true)
      return { insertedIds: stored.map(({ _id }) => _id as unknown) }
    }),
})

const toDriverOperation = (operation: BulkOperation): AnyBulkWriteOperation => {
  if ('insertOne' in operation) {
    return { insertOne: { document: toStored(operation.insertOne.document) } }
  }
  if ('updateOne' in operation) {
    const { update, ...rest } = operation.updateOne
    return { updateOne: { ...withArray(rest), update: requireOperators(update) } }
  }
  if ('updateMany' in operation) {
    const { update, ...rest } = operation.updateMany
    return { updateMany: { ...withArray(rest), update: requireOperators(update) } }
  }
  if ('replaceOne' in operation) {
    const replacement = requireReplacement(operation.replaceOne.replacement)
    return { replaceOne: { ...operation.replaceOne, replacement } }
  }
  return operation
}

export const collectionWrites = (place: Place): CollectionWrites => ({
  ...inserting(place),
  ...updating(place),
  ...finding(place),
  deleteOne: filter =>
    place.connection.run(one, async client => {
      const { deletedCount } = await driverCollection(client, place).deleteOne(filter)
      return { deletedCount }
    }),
  deleteMany: filter =>
    place.connection.run(many, async client => {
      const { deletedCount } = await driverCollection(client, place).deleteMany(filter)
      return { deletedCount }
    }),
  bulkWrite: (operations, { ordered = true } = {}) =>
    place.connection.run(many, client =>
      runBulk(driverCollection(client, place), operations.map(toDriverOperation), ordered),
    ),
})
