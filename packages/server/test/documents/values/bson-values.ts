import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson'
import fc from 'fast-check'

const doubles = fc.oneof(
  fc.double(),
  fc.constantFrom(0, -0, 0.1, 0.5, 1, 2 ** 53, 2 ** 63, -(2 ** 63), 5e-324, Number.MAX_VALUE),
)

const longs = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: 2n ** 53n - 2n, max: 2n ** 53n + 4n }),
  fc.bigInt({ min: -4n, max: 4n }),
)

const decimals = fc.oneof(
  fc.constantFrom('NaN', 'Infinity', '-Infinity', '0', '-0', '0E+10', '0.1', '0.10', '1E+1', '10'),
  fc
    .tuple(
      fc.bigInt({ min: -(10n ** 34n) + 1n, max: 10n ** 34n - 1n }),
      fc.integer({ min: -6176, max: 6111 }),
    )
    .map(([digits, exponent]) => `${digits}E${exponent}`),
  fc
    .tuple(fc.integer({ min: -20, max: 20 }), fc.integer({ min: -3, max: 3 }))
    .map(([digits, exponent]) => `${digits}E${exponent}`),
)

/** Numbers of every type, wrapped and plain, with many that are equal across types. */
export const numbers: fc.Arbitrary<unknown> = fc.oneof(
  fc.integer(),
  fc.integer({ min: -3, max: 3 }),
  fc.integer().map(value => new Int32(value)),
  doubles,
  doubles.map(value => new Double(value)),
  longs,
  longs.map(value => Long.fromBigInt(value)),
  decimals.map(value => Decimal128.fromString(value)),
)

const texts = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 6 }),
  fc.string({
    unit: fc.constantFrom('a', 'b', '\0', '\u0001', '\u0002', 'é', '\ue000', '😀'),
    maxLength: 4,
  }),
)

const bytes = fc.uint8Array({ maxLength: 6 })

const scalars: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: numbers },
  { weight: 3, arbitrary: texts },
  texts.map(text => new BSONSymbol(text)),
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
  fc.constantFrom(new MinKey(), new MaxKey()),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array({ minLength: 12, maxLength: 12 }).map(id => new ObjectId(id)),
  bytes,
  fc
    .tuple(
      bytes,
      fc.integer({ min: 0, max: 128 }).filter(subtype => subtype !== Binary.SUBTYPE_VECTOR),
    )
    .map(([data, subtype]) => new Binary(data, subtype)),
  fc
    .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 0xffffffff }))
    .map(([i, t]) => new Timestamp({ i, t })),
  fc
    .tuple(fc.constantFrom('a', 'ab', ''), fc.constantFrom('', 'i', 'im'))
    .map(([p, o]) => new BSONRegExp(p, o)),
  fc.constantFrom(/a/, /a/i, /b/ms),
  fc.constantFrom('a', 'b').map(code => new Code(code)),
  fc.constantFrom('a', 'b').map(code => new Code(code, { x: 1 })),
)

/** Values of every BSON type, nested, wrapped and plain. */
export const anyBson: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>(tie => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalars,
    fc.array(tie('value'), { maxLength: 3 }),
    fc
      .array(fc.tuple(fc.constantFrom('a', 'b', 'ab', '', '__proto__'), tie('value')), {
        maxLength: 3,
      })
      .map(entries => Object.fromEntries(entries)),
  ),
})).value
