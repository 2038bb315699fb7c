import { randomInt } from 'node:crypto'

/** Without those that look alike. */
const signs = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'

/** Twenty signs, 115 random bits. */
export const newPassword = (): string =>
  Array.from({ length: 20 }, () => signs[randomInt(signs.length)]).join('')
