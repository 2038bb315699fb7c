import { Binary, BSONRegExp, DBRef, type Document, Double, Int32, Long, ObjectId } from 'bson'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  fromBytes,
  fromBytesPromoted,
  toBytes,
} from '../../../src/documents/embedded/values/bytes.ts'
import { equalValues, typeName } from '../../../src/documents/embedded/values/compare.ts'
import { anyBson } from './bson-values.ts'

const again = (document: Document): Document => fromBytes(toBytes(document))

const nested = (levels: number): Document => (levels === 0 ? {} : { a: nested(levels - 1) })

describe('bytes', () => {
  it('bring every value back, equal to itself', () => {
    fc.assert(
      fc.property(
        anyBson.filter(value => value !== undefined),
        value => {
          const bytes = toBytes({ value })
          expect(Buffer.from(toBytes(fromBytes(bytes))).equals(bytes)).toBe(true)
        },
      ),
      { numRuns: 1_000 },
    )
  })

  it('keep the type of a number', () => {
    const document = again({ a: 1, b: 1.5, c: new Double(1), d: new Long(1), e: 2 ** 40, f: 1n })

    expect(Object.values(document).map(typeName)).toEqual([
      'int',
      'double',
      'double',
      'long',
      'double',
      'long',
    ])
    expect(fromBytesPromoted(toBytes(document))).toEqual({
      a: 1,
      b: 1.5,
      c: 1,
      d: 1,
      e: 2 ** 40,
      f: 1,
    })
  })

  it('hold a reference as the document that it is', () => {
    const id = new ObjectId()
    const document = again({ a: [{ b: new DBRef('users', id, 'db', { x: 1 }) }] })

    expect(document).toEqual({ a: [{ b: { $ref: 'users', $id: id, $db: 'db', x: new Int32(1) } }] })
    expect(equalValues(document.a[0].b, new DBRef('users', id, 'db', { x: 1 }))).toBe(true)
  })

  it('hand out expressions that JavaScript cannot read', () => {
    const bytes = toBytes({ a: new BSONRegExp('(?i)x'), b: 1 })

    expect(fromBytesPromoted(bytes)).toEqual({ a: new BSONRegExp('(?i)x'), b: 1 })
    expect(fromBytesPromoted(toBytes({ a: /x/i })).a).toEqual(/x/i)
  })

  it('keep a field called __proto__', () => {
    const document = again(JSON.parse('{"__proto__": {"x": 1}}'))

    expect(Object.keys(document)).toEqual(['__proto__'])
    expect(Object.getPrototypeOf(document)).toBe(Object.prototype)
  })

  it('refuse a vector whose bytes are none, as the official driver does', () => {
    const vector = new Binary(Buffer.from([0x10, 5]), Binary.SUBTYPE_VECTOR)

    expect(() => toBytes({ vector })).toThrow(expect.objectContaining({ codeName: 'BadValue' }))
  })

  it('refuse what is nested beyond 200 levels, goes in circles, or has no name BSON can hold', () => {
    const circle: Document = {}
    circle.a = [circle]

    expect(again(nested(200))).toEqual(nested(200))
    for (const wrong of [nested(201), circle, { a: { 'b\0': 1 } }])
      expect(() => toBytes(wrong)).toThrow(expect.objectContaining({ codeName: 'BadValue' }))
  })
})
