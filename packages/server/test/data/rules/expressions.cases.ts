import { Decimal128, Double, Int32, Long, ObjectId, UUID } from 'bson'
import { adaId, adaOid, bobId } from './open-test-judge.ts'
import type { RuleCase } from './outcome.ts'

const uuid = '0c2f1a4e-6f0b-4e8a-9f43-5c3b2a1d0e9f'

const when = (
  fact: string,
  applyWhen: unknown,
  outcomes: { readonly holds: readonly object[]; readonly fails: readonly object[] },
): RuleCase => ({
  fact,
  rules: { roles: [{ applyWhen, read: true }] },
  allowed: outcomes.holds.map(read => ({ read })),
  refused: outcomes.fails.map(read => ({ read })),
})

const any = [{ _id: 1 }]
const none: readonly object[] = []

/** What expressions of roles say about documents. */
export const expressionCases: readonly RuleCase[] = [
  when('{} and true', { '%%true': {} }, { holds: any, fails: none }),
  when('false', false, { holds: none, fails: any }),
  when('a text is no expression', 'yes', { holds: none, fails: any }),
  when('an unknown operator', { '%nor': [{}] }, { holds: none, fails: any }),
  when('an unknown expansion', { '%%nobody': 1 }, { holds: none, fails: any }),
  when(
    'all fields of an expression',
    { a: 1, b: 2 },
    { holds: [{ a: 1, b: 2 }], fails: [{ a: 1 }, { b: 2 }] },
  ),
  when(
    '%%user.id',
    { owner: '%%user.id' },
    { holds: [{ owner: adaId }], fails: [{ owner: bobId }, {}, { owner: adaOid }] },
  ),
  when(
    '%%user.id%%',
    { owner: '%%user.id%%' },
    { holds: [{ owner: adaId }], fails: [{ owner: bobId }] },
  ),
  when(
    '%%user.type',
    { kind: '%%user.type' },
    { holds: [{ kind: 'normal' }], fails: [{ kind: 'server' }] },
  ),
  when(
    '%%user.data',
    { email: '%%user.data.email' },
    { holds: [{ email: 'ada@example.com' }], fails: [{ email: 'x' }] },
  ),
  when(
    '%%user.custom_data',
    { team: '%%user.custom_data.team' },
    { holds: [{ team: 'red' }], fails: [{ team: 'blue' }] },
  ),
  when(
    'a list of the user holds the value',
    { team: '%%user.custom_data.teams' },
    { holds: [{ team: 'blue' }, { team: 'red' }], fails: [{ team: 'green' }] },
  ),
  when(
    'a list of the document holds the value',
    { owners: '%%user.id' },
    { holds: [{ owners: [bobId, adaId] }], fails: [{ owners: [bobId] }, { owners: [] }] },
  ),
  when(
    '%%user.identities',
    { '%%user.identities.providerType': 'local-userpass' },
    { holds: any, fails: none },
  ),
  when(
    'another identity',
    { '%%user.identities.providerType': 'anon-user' },
    { holds: none, fails: any },
  ),
  when(
    '%%values',
    { age: { $gte: '%%values.limit' } },
    { holds: [{ age: 18 }], fails: [{ age: 17 }, { age: '20' }] },
  ),
  when(
    'a value of a secret',
    { key: '%%values.hidden' },
    { holds: [{ key: 'sesame' }], fails: [{ key: 'the-secret' }] },
  ),
  when(
    '%%environment.tag',
    { stage: '%%environment.tag' },
    { holds: [{ stage: 'qa' }], fails: [{ stage: '' }] },
  ),
  when('%%environment.values', { '%%environment.values.open': true }, { holds: any, fails: none }),
  when(
    '%%request',
    { '%%request.remoteIPAddress': '127.0.0.1', '%%request.action': 'find' },
    { holds: any, fails: none },
  ),
  when('another address', { '%%request.remoteIPAddress': '10.0.0.1' }, { holds: none, fails: any }),
  when(
    'a header',
    { '%%request.requestHeaders.host': 'shop.example' },
    { holds: any, fails: none },
  ),
  when(
    '%%root',
    { '%%root.owner': '%%user.id' },
    { holds: [{ owner: adaId }], fails: [{ owner: bobId }] },
  ),
  when(
    '%%root on the right',
    { '%%user.id': '%%root.owner' },
    { holds: [{ owner: adaId }], fails: [{ owner: bobId }, {}] },
  ),
  when(
    'two fields of the document',
    { a: '%%root.b' },
    { holds: [{ a: 1, b: 1 }], fails: [{ a: 1, b: 2 }, {}] },
  ),
  when(
    '%%prevRoot while reading',
    { '%%prevRoot': { '%exists': false } },
    { holds: any, fails: none },
  ),
  when(
    'what is not there equals nothing',
    { missing: '%%user.custom_data.missing' },
    { holds: none, fails: [{}, { missing: null }] },
  ),
  when('null', { gone: null }, { holds: [{ gone: null }], fails: [{}, { gone: 0 }] }),
  when(
    'numbers of all widths',
    { n: 1 },
    {
      holds: [
        { n: new Int32(1) },
        { n: new Double(1) },
        { n: Long.ONE },
        { n: Decimal128.fromString('1.0') },
      ],
      fails: [{ n: new Int32(2) }, { n: '1' }],
    },
  ),
  when(
    'a path into a document',
    { 'a.b': 1 },
    {
      holds: [{ a: { b: 1 } }, { a: [{ b: 2 }, { b: 1 }] }, { a: { b: [1] } }],
      fails: [{ a: 1 }, { a: [[{ b: 1 }]] }],
    },
  ),
  when('a place in a list', { 'a.0': 1 }, { holds: [{ a: [1, 2] }], fails: [{ a: [2, 1] }] }),
  when('a path into a BSON value', { 'n.value': 1 }, { holds: none, fails: [{ n: new Int32(1) }] }),
  when(
    'a path to what objects inherit',
    { 'constructor.name': 'Object' },
    { holds: none, fails: [{ a: 1 }] },
  ),
  when(
    'a value that is a document',
    { a: { b: 1 } },
    { holds: [{ a: { b: 1 } }], fails: [{ a: { b: 2 } }, { a: false }, { a: true }] },
  ),
  when(
    'extended JSON',
    { _id: { $oid: adaId } },
    { holds: [{ _id: adaOid }], fails: [{ _id: adaId }, { _id: false }] },
  ),
  when(
    'a date',
    { at: { $lt: { $date: '2020-01-01T00:00:00Z' } } },
    { holds: [{ at: new Date(0) }], fails: [{ at: new Date(1.6e12) }, { at: 0 }] },
  ),
  when('%exists', { a: { '%exists': true } }, { holds: [{ a: null }, { a: 0 }], fails: [{}] }),
  when('%exists: false', { a: { '%exists': false } }, { holds: [{}], fails: [{ a: null }] }),
  when('$exists', { 'a.b': { $exists: true } }, { holds: [{ a: { b: 1 } }], fails: [{ a: 1 }] }),
  when('$eq', { a: { $eq: 1 } }, { holds: [{ a: 1 }, { a: [1] }], fails: [{ a: 2 }] }),
  when('$ne', { a: { $ne: 1 } }, { holds: [{ a: 2 }], fails: [{ a: 1 }, {}] }),
  when(
    '$gt and $lte',
    { a: { $gt: 1, $lte: 3 } },
    { holds: [{ a: 2 }, { a: 3 }], fails: [{ a: 1 }, { a: 4 }, { a: '2' }] },
  ),
  when('NaN has no order', { a: { $lt: 3 } }, { holds: [{ a: 1 }], fails: [{ a: Number.NaN }] }),
  when(
    '%in',
    { a: { '%in': [1, 2] } },
    { holds: [{ a: 1 }, { a: [2, 5] }], fails: [{ a: 3 }, {}] },
  ),
  when('$nin', { a: { $nin: [1, 2] } }, { holds: [{ a: 3 }], fails: [{ a: 1 }, {}] }),
  when('%and', { '%and': [{ a: 1 }, { b: 1 }] }, { holds: [{ a: 1, b: 1 }], fails: [{ a: 1 }] }),
  when(
    '%or',
    { '%or': [{ a: 1 }, { owner: '%%user.id' }] },
    { holds: [{ a: 1 }, { owner: adaId }], fails: [{}] },
  ),
  when('%not', { '%not': { a: 1 } }, { holds: [{ a: 2 }, {}], fails: [{ a: 1 }] }),
  when(
    '%or around operators',
    { a: { '%or': [{ $lt: 1 }, { $gt: 5 }] } },
    { holds: [{ a: 0 }, { a: 6 }], fails: [{ a: 3 }] },
  ),
  when(
    '%%true beside an expression',
    { '%%true': { a: 1 } },
    { holds: [{ a: 1 }], fails: [{ a: 2 }] },
  ),
  when(
    '%%false beside an expression',
    { '%%false': { a: 1 } },
    { holds: [{ a: 2 }], fails: [{ a: 1 }] },
  ),
  when(
    '%stringToOid',
    { _id: { '%stringToOid': '%%user.id' } },
    { holds: [{ _id: adaOid }], fails: [{ _id: new ObjectId() }, { _id: adaId }] },
  ),
  when(
    '%oidToString',
    { '%%user.id': { '%oidToString': '%%root._id' } },
    { holds: [{ _id: adaOid }], fails: [{ _id: adaId }] },
  ),
  when(
    '%stringToUuid',
    { key: { '%stringToUuid': uuid } },
    { holds: [{ key: new UUID(uuid).toBinary() }], fails: [{ key: uuid }] },
  ),
  when(
    '%uuidToString',
    { text: { '%uuidToString': '%%root.key' } },
    { holds: [{ text: uuid, key: new UUID(uuid).toBinary() }], fails: [{ text: uuid }] },
  ),
  when('%function', { '%%true': { '%function': { name: 'yes' } } }, { holds: any, fails: none }),
  when(
    '%function that says no',
    { '%%true': { '%function': { name: 'no' } } },
    { holds: none, fails: any },
  ),
  when(
    '%function that throws',
    { '%%true': { '%function': { name: 'boom' } } },
    { holds: none, fails: any },
  ),
  when(
    '%function that is not there',
    { '%%true': { '%function': { name: 'nobody' } } },
    { holds: none, fails: any },
  ),
  when(
    '%function that throws, denied',
    { '%%false': { '%function': { name: 'boom' } } },
    { holds: any, fails: none },
  ),
  when(
    '%function with a field of the document',
    { '%%true': { '%function': { name: 'isRed', arguments: ['%%root.team'] } } },
    { holds: [{ team: 'red' }], fails: [{ team: 'blue' }, {}] },
  ),
  when(
    'a field compared with what a function gives',
    { team: { '%function': { name: 'adaTeam' } } },
    { holds: [{ team: 'red' }], fails: [{ team: 'blue' }] },
  ),
  when(
    'a range about what a function gives',
    { age: { $lt: { '%function': { name: 'thirtySix' } } } },
    { holds: [{ age: 35 }], fails: [{ age: 36 }] },
  ),
]
