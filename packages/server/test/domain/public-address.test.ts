import { describe, expect, it } from 'vitest'
import { addressList, isPublicAddress } from '../../src/domain/public-address.ts'

describe('a public address', () => {
  it('is one that anybody on the Internet may have', () => {
    const open = ['8.8.8.8', '93.184.215.14', '100.63.255.255', '100.128.0.0', '172.32.0.1']
    const open6 = ['2606:4700::1111', '2a00:1450::1', '::ffff:8.8.8.8', '64:ff9b::8.8.8.8']

    for (const address of [...open, ...open6]) expect(isPublicAddress(address), address).toBe(true)
  })

  it('is not private, local, carrier, multicast, reserved, or any of these in IPv6', () => {
    const closed = [
      ...['0.0.0.0', '10.255.255.255', '100.64.0.0', '100.127.255.255', '127.255.255.255'],
      ...['168.63.129.16', '169.254.169.254', '172.16.0.1', '172.31.255.255', '192.0.0.1'],
      ...['192.0.2.1', '192.88.99.1', '192.168.0.1', '198.18.0.1', '198.19.255.255'],
      ...['198.51.100.1', '203.0.113.1', '224.0.0.1', '239.255.255.255', '240.0.0.1'],
      ...['255.255.255.255', '::', '::1', '::127.0.0.1', '::8.8.8.8', '::ffff:127.0.0.1'],
      ...['::ffff:0:127.0.0.1', '64:ff9b::10.0.0.1', '64:ff9b:1::8.8.8.8', '100::1', '2001::1'],
      ...['2001:db8::1', '2002:7f00:1::', '2002:808:808::', '3fff::1', '5f00::1', 'fc00::1'],
      ...['fd00:ec2::254', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'ff02::1', 'localhost', ''],
    ]

    for (const address of closed) expect(isPublicAddress(address), address).toBe(false)
  })
})

describe('a list of addresses', () => {
  it('holds single ones and subnets of both kinds', () => {
    const isListed = addressList(['127.0.0.1', '10.1.0.0/16', 'fd00::/8', '::1'])

    for (const address of ['127.0.0.1', '::ffff:127.0.0.1', '10.1.2.3', 'fd12::1', '::1'])
      expect(isListed(address), address).toBe(true)
    for (const address of ['127.0.0.2', '10.2.0.0', 'fe80::1', '8.8.8.8', '::2', 'x', ''])
      expect(isListed(address), address).toBe(false)
    expect(addressList([])('127.0.0.1')).toBe(false)
  })
})
