import { toBinary } from '../values/compare.ts'
import { isWhole, toInt64, toNumeric, toWholeNumber } from '../values/numbers.ts'
import type { Test } from '../values/path.ts'
import { typeCode, typeCodes } from '../values/types.ts'
import { badValue } from './refusal.ts'

const isBinary = (value: unknown): boolean => typeCode(value) === typeCodes.binData

const binaryPositions = (value: unknown): number[] => {
  const positions: number[] = []
  toBinary(value).bytes.forEach((byte, index) => {
    for (let bit = 0; bit < 8; bit += 1) if (byte & (1 << bit)) positions.push(index * 8 + bit)
  })
  return positions
}

const maskPositions = (operator: string, mask: unknown): number[] => {
  const numeric = toNumeric(mask)
  const whole = numeric === undefined || !isWhole(numeric) ? undefined : toInt64(numeric)
  if (whole === undefined || whole < 0n)
    throw badValue(
      `${operator} takes an Array, a number, or a BinData but received: ${String(mask)}; a number must be whole and not negative`,
    )
  const positions: number[] = []
  for (let bit = 0; bit < 64; bit += 1) if ((whole >> BigInt(bit)) & 1n) positions.push(bit)
  return positions
}

const readPositions = (operator: string, mask: unknown): number[] => {
  if (Array.isArray(mask))
    return mask.map(item => {
      const position = toWholeNumber(item)
      if (position === undefined || position < 0 || position > 0x7fffffff)
        throw badValue(`bit positions of ${operator} must be whole numbers >= 0`)
      return position
    })
  return isBinary(mask) ? binaryPositions(mask) : maskPositions(operator, mask)
}

/** Reads single bits of a number (two's complement, 64 bits and its sign beyond) or of a BinData. */
const bitReader = (value: unknown): ((position: number) => boolean) | undefined => {
  if (isBinary(value)) {
    const { bytes } = toBinary(value)
    return position => ((bytes[position >> 3] ?? 0) & (1 << (position & 7))) !== 0
  }
  const numeric = toNumeric(value)
  if (numeric === undefined || !isWhole(numeric)) return undefined
  const whole = toInt64(numeric)
  if (whole === undefined) return undefined
  return position => ((whole >> BigInt(Math.min(position, 63))) & 1n) === 1n
}

export const bitOperators = [
  '$bitsAllSet',
  '$bitsAnySet',
  '$bitsAllClear',
  '$bitsAnyClear',
] as const

export const withBits = (operator: (typeof bitOperators)[number], mask: unknown): Test => {
  const positions = readPositions(operator, mask)
  const isAll = operator === '$bitsAllSet' || operator === '$bitsAllClear'
  const wanted = operator === '$bitsAllSet' || operator === '$bitsAnySet'
  return value => {
    const isSet = bitReader(value)
    if (isSet === undefined) return false
    return isAll
      ? positions.every(position => isSet(position) === wanted)
      : positions.some(position => isSet(position) === wanted)
  }
}
