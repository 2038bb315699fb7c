import { EJSON } from 'bson'
import { describe, expect, it } from 'vitest'
import { checkProjection } from '../../../src/data/rules/filters.ts'
import type { RuleFilter } from '../../../src/domain/data-source.ts'
import { AppError } from '../../../src/errors.ts'
import { adaId, openTestJudge } from './open-test-judge.ts'

const all = { read: true, write: true }

const applied = async (...filters: readonly Partial<RuleFilter>[]) => {
  const { query, projection } = await openTestJudge({ roles: [all], filters })
  return EJSON.parse(
    EJSON.stringify({ ...(query && { query }), ...(projection && { projection }) }),
  )
}

const nothing = { query: { _id: { $in: [] } } }

const textOf = async (work: () => unknown): Promise<string> => {
  try {
    await work()
    return 'no refusal'
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return `${error.refusal}: ${error.message}`
  }
}

const mixed = 'must all name what they keep, or all name what they leave out'

describe('filters', () => {
  it('apply when their expression says so, all of them together', async () => {
    const open = { query: { open: true } }

    expect(await applied({ applyWhen: {}, ...open })).toEqual(open)
    expect(await applied({ applyWhen: { '%%user.type': 'server' }, ...open })).toEqual({})
    expect(await applied({ applyWhen: { '%%user.custom_data.team': 'red' }, ...open })).toEqual(
      open,
    )
    expect(
      await applied({ applyWhen: { '%%true': { '%function': { name: 'no' } } }, ...open }),
    ).toEqual({})
    expect(await applied(open, { query: { n: 1 } })).toEqual({
      query: { $and: [{ open: true }, { n: 1 }] },
    })
  })

  it('apply where it cannot be said whether they do', async () => {
    expect(await applied({ applyWhen: { '%%root.owner': 'x' }, query: { n: 1 } })).toEqual({
      query: { n: 1 },
    })
    expect(await applied({ applyWhen: undefined, query: { n: 1 } })).toEqual({ query: { n: 1 } })
  })

  it('have what expansions and extended JSON stand for in their query', async () => {
    expect(
      await applied({
        query: {
          owner: '%%user.id',
          team: { $in: '%%user.custom_data.teams' },
          by: { '%stringToOid': '%%user.id' },
          at: { $lt: { $date: '1970-01-01T00:00:00Z' } },
          age: { $gte: '%%values.limit' },
        },
      }),
    ).toEqual({
      query: {
        owner: adaId,
        team: { $in: ['red', 'blue'] },
        by: expect.objectContaining({}),
        at: { $lt: new Date(0) },
        age: { $gte: 18 },
      },
    })
  })

  it('let nothing through where an expansion stands for nothing', async () => {
    const missing = '%%user.custom_data.missing'

    expect(await applied({ query: { a: missing } })).toEqual(nothing)
    expect(await applied({ query: { a: { $ne: missing } } })).toEqual(nothing)
    expect(await applied({ query: { a: { $nin: ['x', missing] } } })).toEqual(nothing)
    expect(await applied({ query: { $nor: [{ a: missing }] } })).toEqual(nothing)
    expect(await applied({ query: { $and: [{ b: 1 }, { a: missing }] } })).toEqual(nothing)
    expect(await applied({ query: { $or: [{ a: missing }] } })).toEqual(nothing)
    expect(await applied({ query: { $or: [{ b: 1 }, { a: missing }] } })).toEqual({
      query: { $or: [{ b: 1 }] },
    })
  })

  it('join their projections, and refuse those of different kinds', async () => {
    expect(await applied({ projection: { a: 1 } }, { projection: { b: true, _id: 0 } })).toEqual({
      projection: { a: 1, b: true, _id: 0 },
    })
    expect(await textOf(() => applied({ projection: { a: 1 } }, { projection: { b: 0 } }))).toBe(
      `databaseError: the projections of the filters that apply ${mixed}`,
    )
    expect(await textOf(() => checkProjection({ a: 0 }, { b: 1 }))).toBe(
      `databaseError: the projections of the filters and of the operation ${mixed}`,
    )
    expect(await textOf(() => checkProjection({ a: 0 }, { b: 0, _id: 1 }))).toBe('no refusal')
    expect(await textOf(() => checkProjection(undefined, { b: 1 }))).toBe('no refusal')
    expect(await textOf(() => checkProjection({ a: 1 }, { b: { $slice: 1 } }))).toBe('no refusal')
  })

  it('leave out of what is seen what their projection leaves out', async () => {
    const see = async (projection: object, document: object) =>
      (await openTestJudge({ roles: [all], filters: [{ projection } as never] })).see(document)

    expect(await see({ note: 0 }, { _id: 1, note: 'a', n: 1 })).toEqual({ _id: 1, n: 1 })
    expect(await see({ note: 1 }, { _id: 1, note: 'a', n: 1 })).toEqual({ _id: 1, note: 'a' })
    expect(await see({ note: 1, _id: 0 }, { _id: 1, n: 1 })).toBeUndefined()
  })
})
