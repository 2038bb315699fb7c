import { ObjectId, UUID } from 'bson'
import { describe, expect, it } from 'vitest'
import { evaluate } from '../../src/data/expressions/evaluate.ts'
import type { Scope } from '../../src/data/expressions/expansion.ts'
import { withFunctionResults } from '../../src/data/expressions/function-results.ts'

const oid = '65a0c0ffee0000000000beef'
const uuid = '0c2f1a4e-6f0b-4e8a-9f43-5c3b2a1d0e9f'

const scope: Scope = {
  user: {
    id: oid,
    type: 'normal',
    data: { email: 'ada@example.com' },
    custom_data: { staff: true, age: 36, teams: ['red', 'blue'], manages: ['bob@example.com'] },
    identities: [
      { id: 'a', providerType: 'anon-user' },
      { id: 'b', providerType: 'local-userpass' },
    ],
  },
  request: { remoteIPAddress: '127.0.0.1', requestHeaders: { host: ['shop.example'] } },
  values: { limit: 18, list: ['red', 'green'] },
  environment: { tag: 'qa', values: { open: true } },
  root: {
    _id: ObjectId.createFromHexString(oid),
    owner: oid,
    owners: ['x', oid],
    email: 'bob@example.com',
    key: new UUID(uuid).toBinary(),
    keyText: uuid,
    nothing: null,
  },
  prevRoot: undefined,
}

const judge = (expression: unknown): boolean => evaluate(expression, scope)

/** Those of the expressions that are not judged as the table has it. */
const misjudged = (wanted: boolean, expressions: readonly unknown[]): unknown[] =>
  expressions.filter(expression => judge(expression) !== wanted)

describe('a rule expression', () => {
  it('holds when it is true or all its fields hold; nothing asked always holds', () => {
    expect(
      misjudged(true, [
        true,
        '%%true',
        {},
        { '%%true': true },
        { '%%false': false },
        { '%%true': {} },
      ]),
    ).toEqual([])
    expect(
      misjudged(false, [
        false,
        '%%false',
        'true',
        null,
        undefined,
        1,
        [],
        { '%%true': false },
        { '%%true': true, '%%false': true },
      ]),
    ).toEqual([])
  })

  it('compares what an expansion stands for with a value or another expansion', () => {
    expect(
      misjudged(true, [
        { '%%user.id': oid },
        { '%%user.id%%': oid },
        { '%%user.id': '%%root.owner' },
        { '%%user.type': 'normal' },
        { '%%user.custom_data.staff': true },
        { '%%environment.tag': 'qa' },
        { '%%environment.values.open': true },
        { '%%values.limit': 18 },
        { '%%request.remoteIPAddress': '127.0.0.1' },
        { '%%user.identities.1.providerType': 'local-userpass' },
        { owner: '%%user.id' },
        { nothing: null },
      ]),
    ).toEqual([])
    expect(
      misjudged(false, [
        { '%%user.id': 'somebody' },
        { '%%user.custom_data.staff': 'true' },
        { '%%user.custom_data.age': '36' },
        { owner: 'somebody' },
        { _id: oid },
      ]),
    ).toEqual([])
  })

  it('finds a value in a list on either side', () => {
    expect(
      misjudged(true, [
        { '%%root.owners': '%%user.id' },
        { email: '%%user.custom_data.manages' },
        { '%%user.identities.providerType': 'anon-user' },
        { '%%request.requestHeaders.host': 'shop.example' },
      ]),
    ).toEqual([])
    expect(
      misjudged(false, [
        { '%%root.owners': 'somebody' },
        { '%%user.data.email': '%%user.custom_data.manages' },
      ]),
    ).toEqual([])
  })

  it('never holds for what is not there, unless that is what it asks', () => {
    expect(
      misjudged(false, [
        { '%%user.custom_data.missing': '%%root.missing' },
        { '%%user.custom_data.missing': true },
        { '%%user.custom_data.missing': { $ne: 1 } },
        { '%%user.custom_data.missing': { '%nin': [1] } },
        { '%%user.custom_data.missing': { $lt: 5 } },
        { '%%user.custom_data.missing': { '%exists': true } },
        { '%%nobody.id': 'x' },
        { '%%user.constructor.name': 'Object' },
        { '%%user.id.length': 24 },
        { '%%user.id': { '%exists': false } },
      ]),
    ).toEqual([])
    expect(
      misjudged(true, [
        { '%%user.custom_data.missing': { '%exists': false } },
        { '%%prevRoot': { '%exists': false } },
        { '%%user.id': { $exists: true } },
      ]),
    ).toEqual([])
  })

  it('orders values of one kind', () => {
    expect(
      misjudged(true, [
        { '%%user.custom_data.age': { $gt: 35, $lte: 36 } },
        { '%%user.custom_data.age': { '%gte': '%%values.limit' } },
        { '%%user.custom_data.age': { $eq: 36 } },
        { '%%user.custom_data.age': { $ne: 35 } },
        { '%%user.data.email': { $lt: 'b' } },
      ]),
    ).toEqual([])
    expect(
      misjudged(false, [
        { '%%user.custom_data.age': { $gt: 36 } },
        { '%%user.custom_data.age': { $gt: '35' } },
        { '%%user.custom_data.age': { $gt: 30, $lt: 36 } },
        { '%%user.custom_data.age': { $gtx: 1 } },
      ]),
    ).toEqual([])
  })

  it('looks for members with %in and %nin', () => {
    expect(
      misjudged(true, [
        { '%%user.type': { '%in': ['normal', 'server'] } },
        { '%%user.custom_data.teams': { $in: '%%values.list' } },
        { '%%user.type': { $nin: ['system'] } },
      ]),
    ).toEqual([])
    expect(
      misjudged(false, [
        { '%%user.type': { '%in': ['system'] } },
        { '%%user.type': { '%in': 'normal' } },
        { '%%user.custom_data.teams': { '%nin': ['red'] } },
      ]),
    ).toEqual([])
  })

  it('joins expressions with %and, %or and %not, around fields and inside them', () => {
    const staff = { '%%user.custom_data.staff': true }
    const stranger = { '%%user.id': 'somebody' }
    expect(
      misjudged(true, [
        { '%and': [staff, { '%not': stranger }] },
        { '%or': [stranger, staff] },
        { $or: [stranger, staff] },
        { '%%true': { '%or': [stranger, staff] } },
        { '%%false': { '%and': [staff, stranger] } },
        { '%%true': staff },
        { '%%user.custom_data.age': { '%or': [{ $lt: 10 }, { $gt: 30 }] } },
        { '%%user.custom_data.age': { '%not': { $lt: 10 } } },
      ]),
    ).toEqual([])
    expect(
      misjudged(false, [
        { '%and': [staff, stranger] },
        { '%or': [] },
        { '%not': staff },
        { '%%true': { '%and': [staff, stranger] } },
        { '%%user.custom_data.age': { '%and': [{ $gt: 10 }, { $lt: 30 }] } },
        { '%nor': [stranger] },
      ]),
    ).toEqual([])
  })

  it('converts ids', () => {
    expect(
      misjudged(true, [
        { _id: { '%stringToOid': '%%user.id' } },
        { '%%user.id': { '%oidToString': '%%root._id' } },
        { key: { '%stringToUuid': uuid } },
        { '%%root.key': { $eq: { '%stringToUuid': uuid } } },
        { keyText: { '%uuidToString': '%%root.key' } },
        { _id: { $oid: oid } },
      ]),
    ).toEqual([])
    expect(
      misjudged(false, [
        { _id: { '%stringToOid': 'no id' } },
        { '%%user.id': { '%oidToString': '%%user.id' } },
        { key: { '%uuidToString': '%%root.key' } },
        { key: { '%stringToUuid': 'no uuid' } },
      ]),
    ).toEqual([])
  })
})

describe('%function in an expression', () => {
  const asked: unknown[] = []
  const judgeWith = async (expression: unknown, results: Record<string, unknown>) => {
    const known = await withFunctionResults(expression, scope, async (name, args) => {
      asked.push([name, args])
      if (!(name in results)) throw new Error('boom')
      return results[name]
    })
    return evaluate(known, scope)
  }

  it('stands for what the function gives, with expansions among its arguments', async () => {
    const call = (name: string) => ({
      '%function': { name, arguments: ['%%user.id', 1, '%%user.missing'] },
    })
    const results = { yes: true, no: false, thirtySix: 36 }

    expect(await judgeWith({ '%%true': call('yes') }, results)).toBe(true)
    expect(await judgeWith(call('yes'), results)).toBe(true)
    expect(await judgeWith({ '%or': [call('no'), call('yes')] }, results)).toBe(true)
    expect(await judgeWith({ '%%user.custom_data.age': call('thirtySix') }, results)).toBe(true)
    expect(await judgeWith({ '%%false': call('no') }, results)).toBe(true)
    expect(await judgeWith({ '%%true': call('no') }, results)).toBe(false)
    expect(await judgeWith({ '%%true': call('thirtySix') }, results)).toBe(false)
    expect(asked[0]).toEqual(['yes', [oid, 1, undefined]])
  })

  it('is false when the function throws, or is no call', async () => {
    expect(await judgeWith({ '%%true': { '%function': { name: 'broken' } } }, {})).toBe(false)
    expect(await judgeWith({ '%%true': { '%function': 'broken' } }, {})).toBe(false)
  })
})
