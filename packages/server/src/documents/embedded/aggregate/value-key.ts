import { encodeKey } from '../values/key.ts'

/** A text that is the same for values that MongoDB calls equal, and only for those; for `Map` and `Set`. */
export const valueKey = (value: unknown): string =>
  typeof value === 'string'
    ? `s${value}`
    : `k${Buffer.from(encodeKey([value], [1])).toString('latin1')}`
