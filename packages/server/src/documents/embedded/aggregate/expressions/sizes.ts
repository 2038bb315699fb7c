import { calculateObjectSize, Int32 } from 'bson'
import { toBinary } from '../../values/compare.ts'
import { isObject } from '../../values/types.ts'
import { typeName } from '../type-name.ts'
import { isNullish, type Operators, typeMismatch, unary } from './scope.ts'

export const sizes: Operators = {
  $binarySize: unary((value, name) => {
    if (isNullish(value)) return null
    if (typeof value === 'string') return new Int32(Buffer.byteLength(value))
    if (typeName(value) === 'binData') return new Int32(toBinary(value).bytes.length)
    throw typeMismatch(`${name} requires a string or BinData argument, found: ${typeName(value)}`)
  }),
  $bsonSize: unary((value, name) => {
    if (isNullish(value)) return null
    if (isObject(value)) return new Int32(calculateObjectSize(value))
    throw typeMismatch(`${name} requires a document input, found: ${typeName(value)}`)
  }),
}
