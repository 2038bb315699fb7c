import { clientPaths, stringifyEjson } from '@regent/protocol'
import { Binary, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'bson'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { refused } from '../client/clients.ts'
import { eachEngine, openShop } from '../data/operations/shop.ts'

/** What is no text, but stands where one belongs. */
const confusions: readonly unknown[] = [
  { $ne: null },
  { $gt: '' },
  { $regex: '.*' },
  { $where: 'true' },
  { $code: 'x' },
  { $dbPointer: { $ref: 'x', $id: { $oid: '65a0c0ffee0000000000beef' } } },
  { $oid: '65a0c0ffee0000000000beef' },
  { $numberLong: '1' },
  { $date: '2020-01-01T00:00:00Z' },
  { $binary: { base64: '', subType: '00' } },
  { $minKey: 1 },
  { $symbol: 'x' },
  ['a'],
  1,
  true,
]

const value = fc.oneof(
  fc.string(),
  fc.boolean(),
  fc.constant(null),
  fc.integer().map(number => new Int32(number)),
  fc.double().map(number => new Double(number)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(number => Long.fromBigInt(number)),
  fc.integer().map(number => Decimal128.fromString(`${number}.50`)),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array({ minLength: 12, maxLength: 12 }).map(bytes => new ObjectId(bytes)),
  fc.uint8Array({ maxLength: 20 }).map(bytes => new Binary(bytes, 0)),
  fc.constant(new MinKey()),
  fc.constant(new MaxKey()),
  fc.constant(new Timestamp({ t: 1, i: 2 })),
)

const name = fc
  .string({ minLength: 1 })
  .filter(text => !/[.$\0]/.test(text) && !['__proto__', '_bsontype', '_id'].includes(text))

const documents = fc.array(
  fc.dictionary(name, fc.oneof(value, fc.array(value), fc.dictionary(name, value))),
  { minLength: 20, maxLength: 20 },
)

eachEngine('values that are not what they seem', engine => {
  it('takes nothing but texts for names', async () => {
    await using shop = await openShop(engine)
    const path = clientPaths.callFunction(shop.server.app.clientAppId)
    const place = { database: shop.database, collection: 'items' }
    const send = async (body: object) =>
      refused(await shop.server.request('POST', path, { bearer: shop.bearer, json: body }))

    for (const confusion of confusions) {
      const bodies = [
        { name: 'find', service: 'mongodb-atlas', arguments: [{ ...place, database: confusion }] },
        {
          name: 'find',
          service: 'mongodb-atlas',
          arguments: [{ ...place, collection: confusion }],
        },
        { name: 'find', service: confusion, arguments: [place] },
        { name: confusion, service: 'mongodb-atlas', arguments: [place] },
      ]
      for (const body of bodies) {
        expect((await send(body)).status, JSON.stringify(body)).toBe(400)
      }
    }
  })

  it('refuses extended JSON that cannot be', async () => {
    await using shop = await openShop(engine)
    const broken: readonly unknown[] = [
      { $oid: 'x' },
      { $oid: 1 },
      { $numberInt: '1.5' },
      { $numberInt: '99999999999' },
      { $numberLong: '9223372036854775808' },
      { $numberDouble: 'x' },
      { $numberDecimal: 'x' },
      { $date: 'yesterday' },
      { $binary: { base64: '!', subType: '00' } },
      { $uuid: 'x' },
      { $timestamp: { t: -1, i: 0 } },
      { $regularExpression: { pattern: 1, options: '' } },
    ]

    for (const part of broken) {
      const answers = [
        await shop.refused('insertOne', { document: { a: part } }),
        await shop.refused('find', { query: { a: part } }),
        await shop.refused('updateMany', { query: {}, update: { $set: { a: part } } }),
      ]
      for (const { status, error } of answers) {
        expect({ status, error }, JSON.stringify(part)).toEqual({
          status: 400,
          error: expect.stringContaining(
            `malformed extended JSON: '${Object.keys(part as object)[0]}'`,
          ),
        })
      }
    }
    expect(await shop.run('count')).toEqual({ $numberLong: '0' })
  })

  it('gives back every document as it came', async () => {
    await using shop = await openShop(engine)
    const [sample = []] = fc.sample(documents, { numRuns: 1, seed: 20260111 })
    const sent = sample.map((document, _id) => ({ _id: new Int32(_id), ...document }))
    const wire = JSON.parse(stringifyEjson(sent)) as object[]

    await shop.run('insertMany', { documents: wire })

    expect(await shop.run('find', { sort: { _id: 1 } })).toEqual(wire)
  })
})
