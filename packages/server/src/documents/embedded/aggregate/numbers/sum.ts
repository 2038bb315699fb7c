import { addDecimals, type Decimal, decimalOfDouble } from './decimal.ts'
import {
  asDecimal,
  fitsInt,
  fitsLong,
  type Numeric,
  type NumericType,
  widerType,
} from './number.ts'

/** A running sum as MongoDB keeps it: whole numbers exactly, doubles with their rounding errors, decimals exactly. */
export type Sum = {
  add(numeric: Numeric): void
  /** A long that overflows becomes a double. */
  total(): Numeric
}

export const openSum = (): Sum => {
  let type: NumericType = 'int'
  let whole = 0n
  let double = 0
  let lost = 0
  let decimal: Decimal | undefined

  const addDouble = (value: number): void => {
    const next = double + value
    if (Number.isFinite(next)) {
      lost += Math.abs(double) >= Math.abs(value) ? double - next + value : value - next + double
    }
    double = next
  }

  return {
    add: numeric => {
      type = widerType(type, numeric.type)
      if (numeric.type === 'decimal') {
        decimal = decimal === undefined ? numeric.value : addDecimals(decimal, numeric.value)
      } else if (numeric.type === 'double') addDouble(numeric.value)
      else whole += numeric.value
    },
    total: () => {
      if (type === 'decimal') {
        const doubles = decimalOfDouble(double + lost)
        const others = addDecimals(asDecimal({ type: 'long', value: whole }), doubles)
        if (decimal === undefined) return { type, value: others }
        const alone = whole === 0n && double === 0
        return { type, value: alone ? decimal : addDecimals(decimal, others) }
      }
      if (type === 'double')
        return { type, value: Number.isFinite(double) ? Number(whole) + (double + lost) : double }
      if (type === 'int' && fitsInt(whole)) return { type, value: whole }
      return fitsLong(whole)
        ? { type: 'long', value: whole }
        : { type: 'double', value: Number(whole) }
    },
  }
}

export const sumOf = (numbers: readonly Numeric[]): Numeric => {
  const sum = openSum()
  for (const numeric of numbers) sum.add(numeric)
  return sum.total()
}
