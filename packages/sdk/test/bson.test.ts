import * as bson from 'bson'
import { describe, expect, it } from 'vitest'
import Realm, { BSON } from '../src/index.ts'

describe('BSON', () => {
  it('has the classes of the bson package, under both names', () => {
    expect(Realm.BSON).toBe(BSON)
    expect(BSON.ObjectId).toBe(bson.ObjectId)
    expect(BSON.EJSON.stringify({ a: 1 })).toBe('{"a":1}')
    const id: BSON.ObjectId = new Realm.BSON.ObjectId('65a0c0ffee0000000000beef')
    expect(id).toBeInstanceOf(bson.ObjectId)
    const old: BSON.ObjectID = new BSON.ObjectID(id)
    expect(old.equals(id)).toBe(true)
  })

  it('can be taken apart like a module', () => {
    const { UUID, ...rest } = BSON

    expect(UUID).toBe(bson.UUID)
    expect(Object.keys(BSON).sort()).toEqual(Object.keys(bson).sort())
    expect(rest.Long).toBe(bson.Long)
    expect('Decimal128' in BSON).toBe(true)
    expect('Decimal64' in BSON).toBe(false)
    expect(Object.getOwnPropertyDescriptor(BSON, 'Decimal64')).toBeUndefined()
  })
})
