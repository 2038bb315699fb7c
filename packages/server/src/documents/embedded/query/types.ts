import { toNumeric } from '../values/numbers.ts'
import type { Test } from '../values/path.ts'
import { type TypeCode, typeCode, typeCodes, typeNameOf } from '../values/types.ts'
import { badValue } from './refusal.ts'

const numberCodes: readonly TypeCode[] = [
  typeCodes.int,
  typeCodes.long,
  typeCodes.double,
  typeCodes.decimal,
]

const readCodes = (type: unknown): readonly TypeCode[] => {
  if (typeof type === 'string') {
    if (type === 'number') return numberCodes
    if (!Object.hasOwn(typeCodes, type)) throw badValue(`Unknown type name alias: ${type}`)
    return [typeCodes[type as keyof typeof typeCodes]]
  }
  const code = toNumeric(type)
  if (typeof code !== 'number') throw badValue('type must be represented as a number or a string')
  if (typeNameOf(code) === undefined) throw badValue(`Invalid numerical type code: ${code}`)
  return [code as TypeCode]
}

/** The type numbers that a name, a number or a list of them stands for. */
export const readTypes = (types: unknown): ReadonlySet<TypeCode> => {
  const list = Array.isArray(types) ? types : [types]
  if (list.length === 0) throw badValue('$type must match at least one type')
  return new Set(list.flatMap(readCodes))
}

/** `$type`: a missing field has none. */
export const ofType = (types: unknown): Test => {
  const codes = readTypes(types)
  return value => value !== undefined && codes.has(typeCode(value))
}
