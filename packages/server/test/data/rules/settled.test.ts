import { EJSON } from 'bson'
import { describe, expect, it } from 'vitest'
import { expressionCases } from './expressions.cases.ts'
import { type Asked, adaId, openTestJudge, type TestRules } from './open-test-judge.ts'
import { misjudged } from './outcome.ts'

const all = { read: true, write: true }
const isMine = { owner: '%%user.id' }
const isStaff = { '%%user.custom_data.staff': true }

const certainties = async (rules: TestRules): Promise<string> => {
  const { reads, writes } = await openTestJudge(rules)
  return `${reads} ${writes}`
}

const narrowing = async (...roles: NonNullable<TestRules['roles']>): Promise<unknown> => {
  const { narrowing: query } = await openTestJudge({ roles })
  return query && EJSON.parse(EJSON.stringify(query))
}

describe('expressions of roles', () => {
  it('hold as the table has it', async () => {
    expect(await misjudged(expressionCases)).toEqual([])
  })

  it('that nest beyond what anybody writes never hold', async () => {
    let deep: unknown = { a: 1 }
    for (let level = 0; level < 500; level += 1) deep = { '%and': [deep] }
    const judge = await openTestJudge({ roles: [{ applyWhen: deep, read: true }] })
    expect(await judge.see({ a: 1 })).toBeUndefined()
  })
})

describe('what is certain before a document is looked at', () => {
  it('is nothing where a list stands in place of an expression', async () => {
    const list = [] as unknown
    expect(await certainties({ roles: [{ applyWhen: list, ...all }] })).toBe('none none')
    expect(await certainties({ roles: [{ read: list, write: list }] })).toBe('none none')
  })

  it('is what a projection of filters leaves, whatever numbers it has', async () => {
    for (const kept of [1, 5, true]) {
      const filters = [{ projection: { name: kept } }]
      const { isAlwaysVisible } = await openTestJudge({ roles: [all], filters })
      expect(['_id', 'name', 'secret'].filter(isAlwaysVisible)).toEqual(['_id', 'name'])
    }
    const filters = [{ projection: { secret: 0 } }]
    const { isAlwaysVisible } = await openTestJudge({ roles: [all], filters })
    expect(['_id', 'name', 'secret'].filter(isAlwaysVisible)).toEqual(['_id', 'name'])
  })

  it('is everything where the role is certain and open, nothing where none can apply', async () => {
    expect(await certainties({ roles: [all] })).toBe('all all')
    expect(
      await certainties({ roles: [{ ...all, applyWhen: isStaff }], customData: { staff: true } }),
    ).toBe('all all')
    expect(await certainties({ roles: [{ ...all, applyWhen: isStaff }] })).toBe('none none')
    expect(await certainties({ roles: [] })).toBe('none none')
    expect(await certainties({ roles: [{ read: true }] })).toBe('all none')
    expect(await certainties({ roles: [{ ...all, delete: false }] })).toBe('all each')
    expect(
      await certainties({ roles: [{ ...all, documentFilters: { read: false, write: false } }] }),
    ).toBe('none none')
    expect(await certainties({ roles: [{ applyWhen: isMine, ...all }, { read: true }] })).toBe(
      'all each',
    )
  })

  it('leaves each document to be asked about otherwise', async () => {
    expect(await certainties({ roles: [{ ...all, applyWhen: isMine }] })).toBe('each each')
    expect(await certainties({ roles: [{ read: isMine }] })).toBe('each none')
    expect(await certainties({ roles: [{ fields: { note: { read: true } } }] })).toBe('each each')
    expect(await certainties({ roles: [{ write: { '%%prevRoot': { '%exists': false } } }] })).toBe(
      'each each',
    )
    expect(await certainties({ roles: [all], schema: { required: ['note'] } })).toBe('all each')
    expect(await certainties({ roles: [all], filters: [{ projection: { note: 0 } }] })).toBe(
      'each all',
    )
  })

  it('is what a search may do only where roles allow it by name', async () => {
    const judge = (roles: NonNullable<TestRules['roles']>) =>
      openTestJudge({ roles }, { purpose: 'search' })

    expect((await judge([all])).reads).toBe('none')
    expect(await (await judge([all])).see({ a: 1 })).toBeUndefined()
    expect((await judge([{ ...all, search: true }])).reads).toBe('all')
    expect(await (await judge([{ ...all, search: isMine }])).see({ owner: adaId })).toEqual({
      owner: adaId,
    })
    expect(await (await judge([{ ...all, search: isMine }])).see({ owner: 'x' })).toBeUndefined()
  })

  it('says which fields are seen in every document that is seen', async () => {
    const fields = async (rules: TestRules) => {
      const { isAlwaysVisible } = await openTestJudge(rules)
      return ['_id', 'note', 'price'].filter(isAlwaysVisible)
    }
    const note = { fields: { note: { read: true } } }

    expect(await fields({ roles: [{ ...all, applyWhen: isMine }] })).toEqual([
      '_id',
      'note',
      'price',
    ])
    expect(await fields({ roles: [note] })).toEqual(['note'])
    expect(await fields({ roles: [{ ...all, applyWhen: isMine }, note] })).toEqual(['note'])
    expect(await fields({ roles: [{ fields: { note: { read: isMine } } }] })).toEqual([])
    expect(
      await fields({ roles: [{ fields: { note: { fields: { a: { read: true } } } } }] }),
    ).toEqual([])
    expect(
      await fields({ roles: [{ additionalFields: { write: true }, fields: { price: {} } }] }),
    ).toEqual(['_id', 'note'])
    expect(await fields({ roles: [all], filters: [{ projection: { note: 1 } }] })).toEqual([
      '_id',
      'note',
    ])
    expect(await fields({ roles: [all], filters: [{ projection: { 'note.inner': 0 } }] })).toEqual([
      '_id',
      'price',
    ])
  })
})

describe('a query that narrows what has to be looked at', () => {
  it('has what roles ask of a document', async () => {
    expect(await narrowing({ ...all, applyWhen: isMine })).toEqual({ owner: { $eq: adaId } })
    expect(await narrowing({ ...all, applyWhen: { '%%user.id': '%%root.owner' } })).toEqual({
      owner: { $eq: adaId },
    })
    expect(await narrowing({ read: { team: '%%user.custom_data.teams' } })).toEqual({
      team: { $in: ['red', 'blue', ['red', 'blue']] },
    })
    expect(
      await narrowing({ ...all, applyWhen: isMine }, { applyWhen: { public: true }, read: true }),
    ).toEqual({
      $or: [{ owner: { $eq: adaId } }, { public: { $eq: true } }],
    })
    expect(await narrowing({ ...all, applyWhen: { '%and': [isMine, { n: { $gt: 3 } }] } })).toEqual(
      {
        $and: [{ owner: { $eq: adaId } }, { n: { $gt: 3 } }],
      },
    )
  })

  it('leaves out what no query can say', async () => {
    expect(await narrowing({ ...all, applyWhen: { a: { $ne: 1 } } })).toBeUndefined()
    expect(
      await narrowing({ ...all, applyWhen: { '%or': [isMine, { '%not': { a: 1 } }] } }),
    ).toBeUndefined()
    expect(await narrowing({ ...all, applyWhen: { ...isMine, a: { '%exists': false } } })).toEqual({
      owner: { $eq: adaId },
    })
  })
})

describe('what a judge reads', () => {
  const call = (name: string, ...args: string[]) => ({
    '%%true': { '%function': { name, arguments: args } },
  })

  const askedFor = async (rules: TestRules, documents: readonly object[]): Promise<Asked> => {
    const asked: Asked = []
    const judge = await openTestJudge(rules, { asked })
    for (const document of documents) await judge.see(document)
    return asked
  }

  it('is custom data and secrets only where the rules name them', async () => {
    expect(await askedFor({ roles: [all] }, [{}])).toEqual([])
    expect(await askedFor({ roles: [{ ...all, applyWhen: isMine }] }, [{}])).toEqual([])
    expect(await askedFor({ roles: [{ ...all, applyWhen: isStaff }] }, [{}])).toEqual([
      'custom data',
    ])
    expect(
      await askedFor({ roles: [{ ...all, applyWhen: { key: '%%values.hidden' } }] }, [{}]),
    ).toEqual(['secret the-secret'])
  })

  it('is a function once per operation, or once for each argument that the documents give it', async () => {
    const documents = [{ team: 'red' }, { team: 'blue' }, { team: 'red' }]

    expect(await askedFor({ roles: [{ ...all, applyWhen: call('yes') }] }, documents)).toEqual([
      'yes()',
    ])
    expect(
      await askedFor({ roles: [{ ...all, applyWhen: call('isRed', '%%root.team') }] }, documents),
    ).toEqual(['isRed(red)', 'isRed(blue)'])
  })

  it('is no function of a role that cannot be reached', async () => {
    expect(await askedFor({ roles: [all, { applyWhen: call('yes') }], schema: {} }, [{}])).toEqual(
      [],
    )
    expect(
      await askedFor({ roles: [{ applyWhen: false, read: call('yes') }, { read: true }] }, [{}]),
    ).toEqual([])
  })

  it('takes nothing that a function gives for a part of the rules', async () => {
    const judge = await openTestJudge({
      roles: [{ applyWhen: { a: { '%function': { name: 'adaTeam' } } }, read: true }],
    })
    expect(await judge.see({ a: 'red' })).toEqual({ a: 'red' })
  })

  it('refuses the operation, rather than guess, when functions cannot run', async () => {
    const rules = { roles: [{ applyWhen: { '%not': call('busy') }, read: true }] }

    await expect(openTestJudge(rules)).rejects.toMatchObject({ refusal: 'overloaded' })
  })
})
