import { typeName as typeNameOfValue } from '../values/compare.ts'

/** The type of a value as expressions name it: `missing` where there is none. */
export const typeName = (value: unknown): string =>
  value === undefined ? 'missing' : typeNameOfValue(value)
