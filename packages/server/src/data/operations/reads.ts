import { type Document, Long } from 'bson'
import type { ReadLimits } from '../../documents/documents.ts'
import type { Arguments } from './arguments.ts'
import type { Command, Target } from './command.ts'
import { askedFor, checkCount, limitsOf, mostDocuments } from './limits.ts'

/** Filters of the rules, and what the caller asks. */
export const joinedQuery = ({ judge }: Target, { query = {} }: Arguments): Document =>
  judge.query === undefined ? query : { $and: [judge.query, query] }

const limits = ({ databases }: Target): ReadLimits => limitsOf(databases.engine)

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
        const all = { ...options, ...limits(target) }
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
        const all = { ...options, ...limits(target) }
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
        const { maxTimeMs = 0 } = limits(target)
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
          await target.collection.distinct(field, joinedQuery(target, given), limits(target)),
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
        const after = isOutput(pipeline.at(-1)) ? [] : [{ $limit: mostDocuments + 1 }]
        const stages = [...before, ...pipeline, ...after]
        return checkCount(await collection.aggregate(stages, limits(target)))
      }
    }
  },
}

export const reads: Readonly<Record<string, Command>> = { find, findOne, count, aggregate }
