import * as bson from 'bson'
import { Binary, EJSON } from 'bson'

type Constructor = (new (...args: never[]) => unknown) & { readonly prototype: object }

/** The original's constructors may be called without `new`. */
const callable = (made: Constructor): unknown =>
  new Proxy(made, {
    apply: (target, _self, args) => Reflect.construct(target, args),
  })

const isConstructor = (value: unknown): value is Constructor =>
  typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value))

const bytesOf = (binary: Binary): Buffer => Buffer.from(binary.buffer.subarray(0, binary.position))

const define = (target: object, name: string, value: unknown): void => {
  Object.defineProperty(target, name, { value, writable: true, configurable: true })
}

/** What the original's `Binary` can do beside that of the library. */
const widenBinary = (): void => {
  define(
    Binary,
    'fromHex',
    (hex: string, subType?: number) => new Binary(Buffer.from(hex, 'hex'), subType),
  )
  define(
    Binary,
    'fromBase64',
    (base64: string, subType?: number) => new Binary(Buffer.from(base64, 'base64'), subType),
  )
  const { prototype } = Binary
  define(prototype, 'toHex', function (this: Binary) {
    return bytesOf(this).toString('hex')
  })
  define(prototype, 'toBase64', function (this: Binary) {
    return bytesOf(this).toString('base64')
  })
  define(prototype, 'text', function (this: Binary) {
    return bytesOf(this).toString('utf8')
  })
}

/**
 * The globals `BSON` and `EJSON`.
 *
 * @see https://www.mongodb.com/docs/atlas/app-services/functions/globals/
 */
export const openBson = (): {
  readonly BSON: object
  readonly EJSON: object
  readonly objects: readonly object[]
} => {
  widenBinary()
  const entries = Object.entries(bson).map(([name, value]): [string, unknown] => [
    name,
    isConstructor(value) ? callable(value) : value,
  ])
  const BSON = Object.fromEntries(entries)
  BSON.RegExp = BSON.BSONRegExp
  BSON.ObjectID = BSON.ObjectId
  const classes = Object.values<unknown>(bson).filter(isConstructor)
  return {
    BSON: Object.freeze(BSON),
    EJSON: Object.freeze({ ...EJSON }),
    objects: classes.flatMap(one => [one, one.prototype]),
  }
}
