import { BlockList, isIPv4, isIPv6 } from 'node:net'
import { dotted, numbersOf } from './address.ts'

/** Special IPv4 networks (RFC 6890), and the address at which Azure serves its machines. */
const special4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '168.63.129.16/32',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]

/** What lies inside the global 2000::/3 and is not global: protocol assignments (Teredo too), examples, 6to4. */
const special6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']

const toList = (entries: readonly string[]): BlockList => {
  const list = new BlockList()
  for (const entry of entries) {
    const [address = '', bits] = entry.split('/')
    const family = isIPv4(address) ? 'ipv4' : 'ipv6'
    list.addSubnet(address, bits === undefined ? (family === 'ipv4' ? 32 : 128) : +bits, family)
  }
  return list
}

const [in4, in6, global6] = [toList(special4), toList(special6), toList(['2000::/3'])]

const startsWith = (numbers: readonly number[], head: readonly number[]): boolean =>
  head.every((number, at) => numbers[at] === number)

const mapped = [0, 0, 0, 0, 0, 0xffff]
const nat64 = [0x64, 0xff9b, 0, 0, 0, 0]

/** The address without its zone; an IPv4 address that is written inside IPv6 as IPv4. */
const plainAddress = (address: string): string => {
  const [plain = ''] = address.split('%', 1)
  if (!isIPv6(plain)) return plain
  const numbers = numbersOf(plain)
  return startsWith(numbers, mapped) ? dotted(numbers.slice(6)) : plain
}

const isPublic6 = (address: string): boolean => {
  const numbers = numbersOf(address)
  if (startsWith(numbers, nat64)) return isPublicAddress(dotted(numbers.slice(6)))
  return global6.check(address, 'ipv6') && !in6.check(address, 'ipv6')
}

/**
 * True for an IP address that anybody on the Internet may be. Private, loopback, link-local, carrier, multicast,
 * reserved and documentation networks are not, nor IPv6 forms that lead to an IPv4 address which is not.
 */
export const isPublicAddress = (address: string): boolean => {
  const plain = plainAddress(address)
  if (isIPv4(plain)) return !in4.check(plain, 'ipv4')
  return isIPv6(plain) && isPublic6(plain)
}

/**
 * A test for IP addresses of the list.
 *
 * @param allowed addresses and subnets, as `10.1.0.0/16`
 */
export const addressList = (allowed: readonly string[]): ((address: string) => boolean) => {
  const list = toList(allowed)
  return address => {
    const plain = plainAddress(address)
    if (isIPv4(plain)) return list.check(plain, 'ipv4')
    return isIPv6(plain) && list.check(plain, 'ipv6')
  }
}
