import { describe, expect, it } from 'vitest'
import { addressGroup } from '../../src/domain/address.ts'

describe('addressGroup', () => {
  it('is an IPv4 address itself, however it is written', () => {
    const forms = ['192.0.2.1', '::ffff:192.0.2.1', '::FFFF:c000:201', '0:0:0:0:0:ffff:192.0.2.1']
    expect(new Set(forms.map(addressGroup))).toEqual(new Set(['192.0.2.1']))
  })

  it('is the first 64 bits of an IPv6 address, because a subscriber has all of those', () => {
    const forms = [
      '2001:db8:1:2::1',
      '2001:DB8:1:2:ffff:ffff:ffff:ffff',
      '2001:0db8:0001:0002::',
      '2001:db8:1:2::1%eth0',
    ]
    expect(new Set(forms.map(addressGroup))).toEqual(new Set(['2001:db8:1:2::/64']))
    expect(addressGroup('2001:db8:1:3::1')).toBe('2001:db8:1:3::/64')
    expect(addressGroup('::1')).toBe('0:0:0:0::/64')
  })

  it('takes what is no address as it is', () => {
    expect(addressGroup('')).toBe('')
    expect(addressGroup('unknown')).toBe('unknown')
  })
})
