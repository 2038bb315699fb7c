import { type Document, Long } from 'bson'
import type { Arguments } from './arguments.ts'
import type { Command, Target } from './command.ts'

/** Filters of the rules, and what the caller asks. */
export const joinedQuery = ({ judge }: Target, { query = {} }: Arguments): Document =>
  judge.query === undefined ? query : { $and: [judge.query, query] }

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
  run: (target, given) => {
    const { projection, sort, skip, limit } = given
    return target.collection.find(joinedQuery(target, given), {
      ...(projection && { projection }),
      ...(sort && { sort }),
      ...(skip !== undefined && { skip }),
      ...(limit !== undefined && { limit }),
    })
  },
}

const findOne: Command = {
  ...find,
  run: async (target, given) => {
    const { projection, sort } = given
    const options = { ...(projection && { projection }), ...(sort && { sort }) }
    return (await target.collection.findOne(joinedQuery(target, given), options)) ?? null
  },
}

const count: Command = {
  named: { query: 'query', limit: 'limit' },
  ordered: ['query'],
  required: [],
  run: async (target, given) => {
    const { limit } = given
    const query = joinedQuery(target, given)
    return Long.fromNumber(
      await target.collection.countDocuments(query, limit === undefined ? {} : { limit }),
    )
  },
}

const distinct: Command = {
  named: { field: 'field', query: 'query' },
  ordered: ['field', 'query'],
  required: ['field'],
  run: (target, given) =>
    target.collection.distinct(given.field as string, joinedQuery(target, given)),
}

const aggregate: Command = {
  named: { pipeline: 'pipeline' },
  ordered: ['pipeline'],
  required: ['pipeline'],
  run: (target, { pipeline = [] }) => {
    const { query } = target.judge
    const stages = query === undefined ? pipeline : [{ $match: query }, ...pipeline]
    return target.collection.aggregate(stages)
  },
}

export const reads: Readonly<Record<string, Command>> = {
  find,
  findOne,
  count,
  distinct,
  aggregate,
}
