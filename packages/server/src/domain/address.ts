import { isIPv6 } from 'node:net'

/** The eight numbers of an IPv6 address. */
export const numbersOf = (address: string): number[] => {
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [head = '', tail = ''] = canonical.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0')
  return [...left, ...zeros, ...right].map(group => Number.parseInt(group, 16))
}

/** Two of the eight numbers as an IPv4 address. */
export const dotted = ([high = 0, low = 0]: readonly number[]): string =>
  [high >> 8, high & 255, low >> 8, low & 255].join('.')

/**
 * What counts as one client address: an IPv4 address, also when written inside IPv6, or the first 64 bits of
 * an IPv6 address, because a subscriber gets all of those.
 */
export const addressGroup = (address: string): string => {
  const [plain = ''] = address.split('%', 1)
  if (!isIPv6(plain)) return plain
  const numbers = numbersOf(plain)
  const isMapped = numbers.slice(0, 5).every(number => number === 0) && numbers[5] === 0xffff
  if (isMapped) return dotted(numbers.slice(6))
  return `${numbers
    .slice(0, 4)
    .map(number => number.toString(16))
    .join(':')}::/64`
}
