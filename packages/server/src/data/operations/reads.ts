import { type Document, Long } from 'bson'
import type { Arguments } from './arguments.ts'
import type { Command, Target } from './command.ts'
import { askedFor, checkCount, mostDocuments } from './limits.ts'

/** Filters of the rules, and what the caller asks. */
const joinedQuery = ({ judge }: Target, { query = {} }: Arguments): Document =>
  judge.query === undefined ? query : { $and: [judge.query, query] }

const findOptions = ({ projection, sort, skip, limit }: Arguments) => ({
  ...(projection && { projection }),
  ...(sort && { sort }),
  ...(skip && { skip }),
  ...(limit && { limit }),
})

const find: Command = {
  named: {
    query: 'query',
    project: 'projection',
    projection: 'projection',
    sort: 'sort',
    limit: 'limit',
    skip: 'skip',
  },
  ordered: ['query', 'projection'],
  required: [],
  run: async (target, given) => {
    const { query = {} } = given
    const options = { ...findOptions(given), limit: askedFor(given.limit) }
    switch (target.judge.reads) {
      case 'none':
        return []
      case 'each':
        return checkCount(await target.view().find(query, options))
      case 'all': {
        const all = { ...options, ...target.limits }
        return checkCount(await target.collection.find(joinedQuery(target, given), all))
      }
    }
  },
}

const findOne: Command = {
  ...find,
  run: async (target, given) => {
    const { query = {} } = given
    const { limit: _limit, ...options } = findOptions(given)
    switch (target.judge.reads) {
      case 'none':
        return null
      case 'each':
        return (await target.view().find(query, { ...options, limit: 1 }))[0] ?? null
      case 'all': {
        const all = { ...options, ...target.limits }
        return (await target.collection.findOne(joinedQuery(target, given), all)) ?? null
      }
    }
  },
}

const count: Command = {
  named: { query: 'query', limit: 'limit' },
  ordered: ['query'],
  required: [],
  run: async (target, given) => {
    const { query = {}, limit } = given
    const options = limit ? { limit } : {}
    switch (target.judge.reads) {
      case 'none':
        return Long.ZERO
      case 'each':
        return Long.fromNumber(await target.view().count(query, options))
      case 'all': {
        const { maxTimeMs } = target.limits
        const all = { ...options, maxTimeMs }
        return Long.fromNumber(
          await target.collection.countDocuments(joinedQuery(target, given), all),
        )
      }
    }
  },
}

export const distinct: Command = {
  named: { field: 'field', query: 'query' },
  ordered: ['field', 'query'],
  required: ['field'],
  run: async (target, given) => {
    const { field = '', query = {} } = given
    switch (target.judge.reads) {
      case 'none':
        return []
      case 'each':
        return checkCount(await target.view().distinct(field, query))
      case 'all':
        return checkCount(
          await target.collection.distinct(field, joinedQuery(target, given), target.limits),
        )
    }
  },
}

const isOutput = (stage: Document | undefined): boolean =>
  stage !== undefined && ('$out' in stage || '$merge' in stage)

const aggregate: Command = {
  named: { pipeline: 'pipeline' },
  ordered: ['pipeline'],
  required: ['pipeline'],
  run: async (target, { pipeline = [] }) => {
    const { judge, collection } = target
    switch (judge.reads) {
      case 'none':
        return []
      case 'each':
        return checkCount(await target.view().aggregate(pipeline))
      case 'all': {
        const before = judge.query === undefined ? [] : [{ $match: judge.query }]
        const { maxTimeMs } = target.limits
        if (isOutput(pipeline.at(-1))) {
          return collection.aggregate([...before, ...pipeline], { maxTimeMs })
        }
        const stages = [...before, ...pipeline, { $limit: mostDocuments + 1 }]
        return checkCount(await collection.aggregate(stages, target.limits))
      }
    }
  },
}

export const reads: Readonly<Record<string, Command>> = { find, findOne, count, aggregate }
