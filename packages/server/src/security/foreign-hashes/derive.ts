import { pbkdf2, scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import { mostMemory } from './foreign-hash.ts'

/** PBKDF2 on a thread of the pool. */
export const derivePbkdf2 = promisify(pbkdf2)

const deriveScrypt = promisify<
  string,
  Uint8Array,
  number,
  { readonly N: number; readonly r: number; readonly p: number; readonly maxmem: number },
  Buffer
>(scrypt)

export type ScryptCost = { readonly ln: number; readonly r: number; readonly p: number }

/** N times r times p: about a second. */
const mostWork = 2_097_152

export const scryptWork = ({ ln, r, p }: ScryptCost): number => 2 ** ln * r * p

export const isScryptCost = ({ ln, r, p }: ScryptCost): boolean => ln >= 1 && r >= 1 && p >= 1

export const isAffordableScrypt = (cost: ScryptCost): boolean =>
  cost.ln <= 24 && scryptWork(cost) <= mostWork && 128 * 2 ** cost.ln * cost.r <= mostMemory

/** scrypt on a thread of the pool. */
export const runScrypt = (
  password: string,
  salt: Uint8Array,
  { ln, r, p, bytes }: ScryptCost & { readonly bytes: number },
): Promise<Buffer> =>
  deriveScrypt(password, salt, bytes, { N: 2 ** ln, r, p, maxmem: mostMemory + 1_048_576 * p })
