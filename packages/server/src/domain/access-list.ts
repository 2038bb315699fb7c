import { createHash } from 'node:crypto'
import { isIP, isIPv4 } from 'node:net'
import type { AllowedAddress, App } from './app.ts'
import { addressList } from './public-address.ts'

/** Everybody, whichever version of IP they speak: so the original, which spoke one, called it. */
export const everybody = '0.0.0.0/0'

/**
 * An address or a range of them as text; `undefined` when it is neither.
 *
 * @param text `203.0.113.7` or `203.0.113.0/24`
 */
export const canonicalRange = (text: string): string | undefined => {
  const [address = '', bits, ...rest] = text.trim().split('/')
  if (isIP(address) === 0 || address.includes('%') || rest.length > 0) return undefined
  if (bits === undefined) return address
  const most = isIPv4(address) ? 32 : 128
  return /^\d{1,3}$/.test(bits) && Number(bits) <= most ? `${address}/${Number(bits)}` : undefined
}

/** An id for an entry that brings none: the same for the same address. */
export const idOfRange = (address: string): string =>
  createHash('sha256').update(`address/${address}`).digest('hex').slice(0, 24)

/** What an app has that says nothing of addresses. */
export const openList: readonly AllowedAddress[] = [
  { id: idOfRange(everybody), address: everybody, comment: '' },
]

type Test = (address: string) => boolean

const tests = new WeakMap<readonly AllowedAddress[], Test>()

const testOf = (list: readonly AllowedAddress[]): Test => {
  const known = tests.get(list)
  if (known) return known
  const ranges = list.map(({ address }) => address)
  const test = ranges.includes(everybody) ? () => true : addressList(ranges)
  tests.set(list, test)
  return test
}

/** True when clients may call the app from the address. */
export const isAdmitted = ({ accessList }: Pick<App, 'accessList'>, address: string): boolean =>
  accessList === undefined || testOf(accessList)(address)

/** True when the range holds the address. */
export const holdsAddress = (range: string, address: string): boolean =>
  range === everybody || addressList([range])(address)
