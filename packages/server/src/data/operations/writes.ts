import { type Document, Int32 } from 'bson'
import type { UpdateResult } from '../../documents/documents.ts'
import type { Arguments } from './arguments.ts'
import type { Command } from './command.ts'
import { joinedQuery } from './reads.ts'

const updated = ({ matchedCount, modifiedCount, upsertedId }: UpdateResult): Document => ({
  matchedCount: new Int32(matchedCount),
  modifiedCount: new Int32(modifiedCount),
  ...(upsertedId === undefined ? {} : { upsertedId }),
})

const updateOptions = ({ upsert, arrayFilters }: Arguments) => ({
  ...(upsert !== undefined && { upsert }),
  ...(arrayFilters && { arrayFilters }),
})

const insertOne: Command = {
  named: { document: 'document' },
  ordered: ['document'],
  required: ['document'],
  run: async ({ collection }, { document = {} }) => {
    const { insertedId } = await collection.insertOne(document)
    return { insertedId }
  },
}

const insertMany: Command = {
  named: { documents: 'documents', ordered: 'ordered' },
  ordered: ['documents'],
  required: ['documents'],
  run: async ({ collection }, { documents = [] }) => {
    const { insertedIds } = await collection.insertMany(documents)
    return { insertedIds }
  },
}

const deleteOne: Command = {
  named: { query: 'query' },
  ordered: ['query'],
  required: ['query'],
  run: async (target, given) => {
    const { deletedCount } = await target.collection.deleteOne(joinedQuery(target, given))
    return { deletedCount: new Int32(deletedCount) }
  },
}

const deleteMany: Command = {
  ...deleteOne,
  run: async (target, given) => {
    const { deletedCount } = await target.collection.deleteMany(joinedQuery(target, given))
    return { deletedCount: new Int32(deletedCount) }
  },
}

const updateOne: Command = {
  named: { query: 'query', update: 'update', upsert: 'upsert', arrayFilters: 'arrayFilters' },
  ordered: ['query', 'update'],
  required: ['query', 'update'],
  run: async (target, given) => {
    const { update = {} } = given
    return updated(
      await target.collection.updateOne(joinedQuery(target, given), update, updateOptions(given)),
    )
  },
}

const updateMany: Command = {
  ...updateOne,
  run: async (target, given) => {
    const { update = {} } = given
    return updated(
      await target.collection.updateMany(joinedQuery(target, given), update, updateOptions(given)),
    )
  },
}

export const writes: Readonly<Record<string, Command>> = {
  insertOne,
  insertMany,
  deleteOne,
  deleteMany,
  updateOne,
  updateMany,
}
