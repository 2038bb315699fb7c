import type { Command } from '../command.ts'
import { changeEach, changeFirst } from './judged.ts'
import { isNative, joined, updateEach, updateFirst, updateOptions } from './native.ts'
import { toUpdated } from './results.ts'

const updateOne: Command = {
  named: { query: 'query', update: 'update', upsert: 'upsert', arrayFilters: 'arrayFilters' },
  ordered: ['query', 'update'],
  required: ['query', 'update'],
  run: async (target, given) => {
    const { query = {}, update = {}, arrayFilters, upsert } = given
    if (isNative(target, given)) {
      const change = { query: joined(target, query), update }
      return toUpdated(await updateFirst(target, change, updateOptions(given)))
    }
    const change = { update, arrayFilters, upsert, now: target.now() }
    const written = await changeFirst(target, { query }, change)
    if (written === undefined) return toUpdated({ matchedCount: 0, modifiedCount: 0 })
    const { before, after, isModified } = written
    return before === undefined
      ? toUpdated({ matchedCount: 0, modifiedCount: 0, upsertedId: after?._id })
      : toUpdated({ matchedCount: 1, modifiedCount: isModified ? 1 : 0 })
  },
}

const updateMany: Command = {
  ...updateOne,
  run: async (target, given) => {
    const { query = {}, update = {}, arrayFilters, upsert } = given
    if (isNative(target, given)) {
      const change = { query: joined(target, query), update }
      return toUpdated(await updateEach(target, change, updateOptions(given)))
    }
    const change = { update, arrayFilters, upsert, now: target.now() }
    return toUpdated(await changeEach(target, { query }, change))
  },
}

export const updates: Readonly<Record<string, Command>> = { updateOne, updateMany }
