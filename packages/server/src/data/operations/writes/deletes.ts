import type { Command } from '../command.ts'
import { removeEach, removeFirst } from './judged.ts'
import { isNative, joined } from './native.ts'
import { toDeleted } from './results.ts'

const deleteOne: Command = {
  named: { query: 'query' },
  ordered: ['query'],
  required: ['query'],
  run: async (target, { query = {} }) => {
    if (isNative(target)) {
      return toDeleted((await target.collection.deleteOne(joined(target, query))).deletedCount)
    }
    return toDeleted((await removeFirst(target, { query })) === undefined ? 0 : 1)
  },
}

const deleteMany: Command = {
  ...deleteOne,
  run: async (target, { query = {} }) =>
    toDeleted(
      isNative(target)
        ? (await target.collection.deleteMany(joined(target, query))).deletedCount
        : await removeEach(target, { query }),
    ),
}

export const deletes: Readonly<Record<string, Command>> = { deleteOne, deleteMany }
