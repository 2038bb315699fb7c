import type { Document } from 'bson'
import { AppError } from '../../../errors.ts'
import { type Arguments, type Audience, readNamed } from '../arguments.ts'
import type { Command, Target } from '../command.ts'
import { isDocument } from '../values.ts'
import { deletes } from './deletes.ts'
import { findAndWrites } from './find-and-write.ts'
import { inserts } from './inserts.ts'
import { updates } from './updates.ts'

const update = {
  filter: 'query',
  update: 'update',
  upsert: 'upsert',
  arrayFilters: 'arrayFilters',
} as const

/** Replaces and says nothing of the document. */
const replaceOne: Command = {
  named: { filter: 'query', replacement: 'replacement', upsert: 'upsert' },
  ordered: [],
  required: ['query', 'replacement'],
  run: (target, given) => (findAndWrites.findOneAndReplace as Command).run(target, given),
}

const within = (command: Command | undefined, named: Command['named']): Command => ({
  ...(command as Command),
  named,
})

/** What an operation of a bulk is called, and how it says what it means. */
const kinds: ReadonlyMap<string, Command> = new Map([
  ['insertOne', within(inserts.insertOne, { document: 'document' })],
  ['updateOne', within(updates.updateOne, update)],
  ['updateMany', within(updates.updateMany, update)],
  ['replaceOne', replaceOne],
  ['deleteOne', within(deletes.deleteOne, { filter: 'query' })],
  ['deleteMany', within(deletes.deleteMany, { filter: 'query' })],
])

type Prepared = { readonly command: Command; readonly given: Arguments }

const prepare = (operation: Document, at: number, audience: Audience): Prepared => {
  const [[kind, given] = ['', undefined], ...more] = Object.entries(operation)
  const command = more.length === 0 ? kinds.get(kind) : undefined
  if (command === undefined || !isDocument(given)) {
    const detail = `'operations.${at}' must be one of ${[...kinds.keys()].join(', ')}`
    throw new AppError('fieldInvalid', { detail })
  }
  return { command, given: readNamed(given, command, audience) }
}

/** One after the other. Unordered, those behind one that failed are done too, and the first failure is told. */
const runAll = async (
  target: Target,
  operations: readonly Prepared[],
  isOrdered: boolean,
): Promise<void> => {
  const failures: unknown[] = []
  for (const { command, given } of operations) {
    try {
      await command.run(target, given)
    } catch (error) {
      if (isOrdered) throw error
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
}

const mostOperations = 10_000

/** Many writes, each as it would be alone; all are checked before the first is done. Gives nothing. */
export const bulkWrite: Command = {
  named: {},
  ordered: ['operations'],
  required: ['operations'],
  run: async (target, { operations = [], ordered = true }) => {
    if (operations.length === 0) {
      throw new AppError('databaseError', { message: 'must provide at least one element' })
    }
    if (operations.length > mostOperations) {
      const detail = `'operations' must have at most ${mostOperations} elements`
      throw new AppError('fieldInvalid', { detail })
    }
    const audience = target.actor.kind
    const prepared = operations.map((operation, at) => prepare(operation, at, audience))
    await runAll(target, prepared, ordered)
    return null
  },
}
