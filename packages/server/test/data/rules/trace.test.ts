import { describe, expect, it } from 'vitest'
import { withFunctionResults } from '../../../src/data/expressions/function-results.ts'
import type { Why } from '../../../src/data/rules/explain/explanation.ts'
import { trace } from '../../../src/data/rules/explain/trace.ts'

const scope = {
  user: { id: 'ada', custom_data: { teams: ['red'] } },
  values: { key: 'open sesame', limit: 18 },
  root: { owner: 'bob', key: 'wrong', age: 20 },
}

const explain = async (raw: unknown): Promise<Why> => {
  const known = await withFunctionResults(raw, scope, async () => 36)
  return trace({ raw, known }, { scope, isSecret: text => text.startsWith('%%values.key') })
}

describe('why an expression holds', () => {
  it('is told with what its expansions stand for', async () => {
    expect(await explain({ owner: '%%user.id' })).toEqual({
      text: 'owner is "bob", asked for: %%user.id, which is "ada"',
      holds: false,
    })
    expect(await explain({ '%or': [{ missing: 1 }, { age: { $gt: '%%values.limit' } }] })).toEqual({
      text: '%or',
      holds: true,
      parts: [
        { text: 'missing is nothing, asked for: 1', holds: false },
        {
          text: 'age is 20, asked for: {"$gt":"%%values.limit"}, which is {"$gt":18}',
          holds: true,
        },
      ],
    })
    expect(await explain({})).toEqual({ text: '{}, which always holds', holds: true })
    expect(await explain({ '%nor': [] })).toEqual({ text: '%nor is no operator', holds: false })
    expect(await explain(false)).toEqual({ text: 'false', holds: false })
  })

  it('says what functions gave', async () => {
    expect(await explain({ age: { $lt: { '%function': { name: 'oldest' } } } })).toMatchObject({
      holds: true,
    })
    expect(await explain({ age: { '%function': { name: 'oldest' } } })).toEqual({
      text: 'age is 20, asked for: the function oldest, which gave 36',
      holds: false,
    })
    expect(await explain({ '%%true': { '%function': { name: 'oldest' } } })).toMatchObject({
      text: '%%true:',
      parts: [{ text: 'the function oldest gave 36', holds: false }],
      holds: false,
    })
  })

  it('tells no secret', async () => {
    const told = JSON.stringify([
      await explain({ key: '%%values.key' }),
      await explain({ '%%values.key': 'open sesame' }),
      await explain({ key: { '%in': ['a', '%%values.key'] } }),
      await explain({ '%%true': { key: '%%values.key' } }),
    ])

    expect(told.replaceAll('asked for: \\"open sesame\\"', '')).not.toContain('sesame')
    expect(told).toContain('(a secret)')
  })
})
