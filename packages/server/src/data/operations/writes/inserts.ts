import type { Document } from 'bson'
import { AppError } from '../../../errors.ts'
import type { Command, Target } from '../command.ts'
import { withId } from './judged.ts'

const checkEach = async ({ judge }: Target, documents: readonly Document[]): Promise<void> => {
  if (judge.writes === 'all') return
  for (const document of documents) await judge.checkInsert(document)
}

const insertOne: Command = {
  named: { document: 'document' },
  ordered: ['document'],
  required: ['document'],
  run: async (target, { document = {} }) => {
    const stored = withId(document)
    await checkEach(target, [stored])
    const { insertedId } = await target.collection.insertOne(stored)
    return { insertedId }
  },
}

const insertMany: Command = {
  named: { documents: 'documents' },
  ordered: ['documents'],
  required: ['documents'],
  run: async (target, { documents = [] }) => {
    if (documents.length === 0) {
      throw new AppError('databaseError', { message: 'must provide at least one element' })
    }
    const stored = documents.map(withId)
    await checkEach(target, stored)
    const { insertedIds } = await target.collection.insertMany(stored)
    return { insertedIds }
  },
}

export const inserts: Readonly<Record<string, Command>> = { insertOne, insertMany }
