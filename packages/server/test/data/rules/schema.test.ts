import { type Document, Double, Int32, Long, UUID } from 'bson'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../../src/errors.ts'
import { openTestJudge } from './open-test-judge.ts'

const roles = [{ read: true, write: true }]

const refusalOf = async (work: Promise<void>): Promise<string | undefined> => {
  try {
    await work
    return undefined
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return `${error.refusal}: ${error.message}`
  }
}

const insert = async (schema: Document, document: Document): Promise<string | undefined> =>
  refusalOf((await openTestJudge({ roles, schema })).checkInsert(document))

const failed = (detail: string) =>
  `schemaRefused: the document does not meet the schema of shop.orders: ${detail}`

const dog = {
  title: 'Dog',
  bsonType: 'object',
  required: ['_id', 'name', 'breed'],
  properties: {
    _id: { bsonType: 'objectId' },
    name: { bsonType: 'string', maxLength: 10 },
    breed: { bsonType: 'string', enum: ['pug', 'husky'] },
    age: { bsonType: ['int', 'long'], minimum: 0, maximum: 30 },
    address: {
      bsonType: 'object',
      required: ['city'],
      properties: { city: { bsonType: 'string' } },
    },
    tags: { bsonType: 'array', items: { bsonType: 'string' }, uniqueItems: true },
  },
  additionalProperties: false,
}

const { _id: _objectId, ...properties } = dog.properties
const schema = { ...dog, required: ['name', 'breed'], properties: { ...properties, _id: {} } }
const rex = { _id: 1, name: 'Rex', breed: 'pug' }

describe('a schema', () => {
  it('lets documents be inserted that meet it', async () => {
    expect(await insert(schema, rex)).toBeUndefined()
    expect(
      await insert(schema, {
        ...rex,
        age: new Int32(3),
        address: { city: 'Bonn' },
        tags: ['a', 'b'],
      }),
    ).toBeUndefined()
  })

  it('refuses others, naming the field', async () => {
    expect(await insert(schema, { _id: 1, name: 'Rex' })).toBe(failed("'breed' is required"))
    expect(await insert(schema, { ...rex, name: 3 })).toBe(
      failed("'name' does not meet 'bsonType: string'"),
    )
    expect(await insert(schema, { ...rex, name: 'a very long name' })).toBe(
      failed("'name' does not meet 'maxLength: 10'"),
    )
    expect(await insert(schema, { ...rex, breed: 'cat' })).toBe(
      failed("'breed' does not meet 'enum: pug, husky'"),
    )
    expect(await insert(schema, { ...rex, age: new Double(1.5) })).toBe(
      failed("'age' does not meet 'bsonType: int, long'"),
    )
    expect(await insert(schema, { ...rex, age: Long.fromNumber(31) })).toBe(
      failed("'age' does not meet 'maximum: 30'"),
    )
    expect(await insert(schema, { ...rex, address: {} })).toBe(failed("'address.city' is required"))
    expect(await insert(schema, { ...rex, address: { city: 1 } })).toBe(
      failed("'address.city' does not meet 'bsonType: string'"),
    )
    expect(await insert(schema, { ...rex, tags: ['a', 1] })).toBe(
      failed("'tags.1' does not meet 'bsonType: string'"),
    )
    expect(await insert(schema, { ...rex, tags: ['a', 'a'] })).toBe(
      failed("'tags' does not meet 'uniqueItems'"),
    )
    expect(await insert(schema, { ...rex, more: 1 })).toBe(failed("'more' is not in the schema"))
  })

  it('is met by what an update leaves', async () => {
    const judge = await openTestJudge({ roles, schema })

    expect(await refusalOf(judge.checkUpdate(rex, { ...rex, name: 'Max' }))).toBeUndefined()
    expect(await refusalOf(judge.checkUpdate(rex, { _id: 1, name: 'Rex' }))).toBe(
      failed("'breed' is required"),
    )
    expect(judge.writes).toBe('each')
  })

  it('refuses what an upsert inserts as roles do', async () => {
    const judge = await openTestJudge({ roles, schema })

    expect(await refusalOf(judge.checkInsert(rex, 'upsert'))).toBeUndefined()
    expect(await refusalOf(judge.checkInsert({ _id: 1 }, 'upsert'))).toBe(
      'writeRefused: insert not permitted',
    )
  })

  it('is asked after the roles', async () => {
    const judge = await openTestJudge({ roles: [{ read: true }], schema })
    expect(await refusalOf(judge.checkInsert({ _id: 1 }))).toBe(
      'writeRefused: insert not permitted',
    )
  })

  it('may have the types that only the original has', async () => {
    const types = {
      properties: {
        key: { bsonType: 'uuid' },
        size: { bsonType: 'float' },
        any: { bsonType: 'mixed' },
        list: { bsonType: ['string', 'mixed'] },
      },
      description: 'notes check nothing',
      required: [],
    }
    const document = { key: new UUID(), size: new Double(1.5), any: 'x', list: 1 }

    expect(await insert(types, document)).toBeUndefined()
    expect(await insert(types, { key: 'x' })).toBe(
      failed("'key' does not meet 'bsonType: binData'"),
    )
  })

  it('that cannot be read lets nothing be written, and says why', async () => {
    expect(await insert({ properties: { a: { bsonType: 'kilo' } } }, {})).toBe(
      failed('the schema cannot be read: Unknown type name alias: kilo'),
    )
  })
})
