import { fromEjson, JsonError, parseEjson, stringifyEjson, toEjson } from '@regent/protocol'
import {
  Binary,
  BSONRegExp,
  Code,
  Decimal128,
  Double,
  EJSON,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const typed = { promoteValues: false }

/** One value of each type, as canonical extended JSON of the specification. */
const canonical = {
  oid: { $oid: '65a0c0ffee0000000000beef' },
  int: { $numberInt: '-7' },
  long: { $numberLong: '9223372036854775807' },
  double: { $numberDouble: '1.0' },
  nan: { $numberDouble: 'NaN' },
  low: { $numberDouble: '-Infinity' },
  decimal: { $numberDecimal: '0.10' },
  date: { $date: { $numberLong: '-1' } },
  binary: { $binary: { base64: 'AQID', subType: '80' } },
  regexp: { $regularExpression: { pattern: '^a', options: 'im' } },
  timestamp: { $timestamp: { t: 4294967295, i: 1 } },
  code: { $code: 'f()', $scope: { x: { $numberInt: '1' } } },
  min: { $minKey: 1 },
  max: { $maxKey: 1 },
  plain: { text: 'é', yes: true, nothing: null, list: [{ $numberInt: '1' }, []] },
}

describe('extended JSON', () => {
  it('reads and writes every type without loss', () => {
    const value = fromEjson(canonical, typed) as Record<string, unknown>

    expect(toEjson(value)).toEqual(canonical)
    expect(value.oid).toBeInstanceOf(ObjectId)
    expect(value.int).toEqual(new Int32(-7))
    expect(value.long).toEqual(Long.MAX_VALUE)
    expect(value.double).toEqual(new Double(1))
    expect(value.decimal).toBeInstanceOf(Decimal128)
    expect(value.date).toEqual(new Date(-1))
    expect(value.binary).toBeInstanceOf(Binary)
    expect(value.regexp).toEqual(new BSONRegExp('^a', 'im'))
    expect(value.timestamp).toBeInstanceOf(Timestamp)
    expect(value.code).toBeInstanceOf(Code)
    expect(value.min).toBeInstanceOf(MinKey)
    expect(value.max).toBeInstanceOf(MaxKey)
  })

  it('reads relaxed forms, even mixed with canonical ones', () => {
    const text =
      '{"n":1,"d":1.5,"when":{"$date":"2020-01-01T00:00:00Z"},"id":{"$uuid":"c8edabc3-f738-4ca3-b68d-ab92a91478a3"},"i":{"$numberInt":"2"},"":0}'

    expect(parseEjson(text)).toEqual({
      n: 1,
      d: 1.5,
      when: new Date('2020-01-01T00:00:00Z'),
      id: new Binary(Buffer.from('c8edabc3f7384ca3b68dab92a91478a3', 'hex'), 4),
      i: 2,
      '': 0,
    })
    expect(parseEjson('[1, 2.5, 4294967296]', typed)).toEqual([
      new Int32(1),
      new Double(2.5),
      Long.fromNumber(4294967296),
    ])
  })

  it('keeps a Long beyond 2^53 when numbers are promoted', () => {
    expect(parseEjson('{"$numberLong":"9007199254740993"}')).toEqual(
      Long.fromString('9007199254740993'),
    )
    expect(parseEjson('{"$numberLong":"9007199254740991"}')).toBe(9007199254740991)
  })

  it('leaves operators and objects that only begin like a wrapper as they are', () => {
    const filter = { $gt: 1, name: { $regex: '^a', $options: 'i' }, odd: { $oid: 'x', more: 1 } }

    expect(fromEjson(filter)).toEqual(filter)
  })

  it('refuses wrappers whose value cannot be', () => {
    const wrong = [
      { $oid: 'zz' },
      { $oid: { $ne: null } },
      { $numberInt: '4294967296' },
      { $numberInt: 1 },
      { $numberLong: '9223372036854775808' },
      { $numberDouble: 'one' },
      { $numberDecimal: 'x' },
      { $date: 'yesterday' },
      { $date: { $numberLong: '9999999999999999' } },
      { $binary: 'AQID' },
      { $binary: { base64: '*', subType: '00' } },
      { $uuid: '123' },
      { $timestamp: { t: -1, i: 0 } },
      { $regularExpression: { pattern: 1 } },
      { $regularExpression: { pattern: 'a'.repeat(32_765) } },
      { $code: 1 },
    ]

    for (const value of wrong) expect(() => fromEjson(value)).toThrow(JsonError)
  })

  it('writes what no wrapper holds as clients expect it', () => {
    expect(stringifyEjson({ a: undefined, b: [undefined], c: () => 1, d: 5n, e: -0 })).toBe(
      '{"b":[null],"d":{"$numberLong":"5"},"e":{"$numberDouble":"-0.0"}}',
    )
    expect(
      toEjson({ a: undefined, b: [{ c: undefined }], d: () => 1 }, { keepUndefined: true }),
    ).toEqual({ a: null, b: [{ c: null }] })
    expect(toEjson(2 ** 60)).toEqual({ $numberDouble: '1152921504606847000.0' })
    expect(toEjson(/a/i)).toEqual({ $regularExpression: { pattern: 'a', options: 'i' } })
    expect(toEjson(Uint8Array.of(1))).toEqual({ $binary: { base64: 'AQ==', subType: '00' } })
  })

  it('writes an own __proto__ key without touching any prototype', () => {
    const document = JSON.parse('{"__proto__":{"polluted":true}}')

    expect(stringifyEjson(document)).toBe('{"__proto__":{"polluted":true}}')
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  it('writes numbers and documents as the bson library does', () => {
    const value = fc.oneof(
      fc.double().filter(number => Number.isSafeInteger(number) || !Number.isInteger(number)),
      fc.integer(),
      fc.maxSafeInteger(),
      fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map(big => Long.fromBigInt(big)),
      fc.date({ noInvalidDate: true }),
      fc.uint8Array().map(bytes => new Binary(bytes)),
      fc.string(),
    )
    const document = fc.dictionary(
      fc.string().filter(key => key !== '__proto__' && !key.startsWith('$')),
      fc.oneof(value, fc.array(value)),
    )

    fc.assert(
      fc.property(document, sample => {
        const written = JSON.parse(stringifyEjson(sample))
        expect(written).toEqual(JSON.parse(EJSON.stringify(sample, { relaxed: false })))
        expect(toEjson(fromEjson(written, typed))).toEqual(written)
      }),
    )
  })

  it('writes a field called _bsontype as any other', () => {
    const document = { a: { _bsontype: 'ObjectId' }, b: { _bsontype: 'Long', low: 1 } }
    expect(stringifyEjson(document)).toBe(
      '{"a":{"_bsontype":"ObjectId"},"b":{"_bsontype":"Long","low":{"$numberInt":"1"}}}',
    )
  })
})
