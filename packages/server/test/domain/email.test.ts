import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalEmail, isAccountName, isMailAddress } from '../../src/domain/email.ts'

const sameAccount = (typed: readonly string[]): Set<string> => new Set(typed.map(canonicalEmail))

describe('canonicalEmail', () => {
  it('makes one account of one address in any case, width or composition', () => {
    const ada = sameAccount([
      'ada@example.com',
      'Ada@Example.COM',
      'ＡＤＡ@example.com',
      ' ada@example.com ',
      'ada@example.com.',
      'a\u00adda@exam\u200bple.com',
    ])
    const zoe = sameAccount([
      'zoe\u0301@example.com',
      'zo\u00e9@example.com',
      'ZO\u00c9@EXAMPLE.COM',
    ])

    expect([...ada]).toEqual(['ada@example.com'])
    expect([...zoe]).toEqual(['zo\u00e9@example.com'])
  })

  it('folds the Kelvin sign, the long s and the sharp s like the letters they are', () => {
    expect(sameAccount(['\u212aim@example.com', 'kim@example.com']).size).toBe(1)
    expect(sameAccount(['\u017fam@example.com', 'sam@example.com']).size).toBe(1)
    expect(
      sameAccount(['gro\u00df@example.com', 'GRO\u1e9e@example.com', 'gross@example.com']).size,
    ).toBe(1)
  })

  it('keeps the dotless i, the dotted capital I and plus tags apart', () => {
    expect(
      sameAccount(['m\u0131ke@example.com', 'mike@example.com', 'M\u0130KE@example.com']).size,
    ).toBe(3)
    expect(sameAccount(['ada@example.com', 'ada+shop@example.com']).size).toBe(2)
  })

  it('knows a domain by its ASCII form, and different domains apart', () => {
    expect([
      ...sameAccount(['ada@b\u00fccher.de', 'ada@B\u00dcCHER.de', 'ada@xn--bcher-kva.DE']),
    ]).toEqual(['ada@xn--bcher-kva.de'])
    expect(sameAccount(['ada@fa\u00df.de', 'ada@fass.de']).size).toBe(2)
    expect(sameAccount(['ada@a\u3002example', 'ada@a.example']).size).toBe(1)
  })

  it('takes nothing off what only looks like the end of a host name', () => {
    const typed = [
      'ada@b\u00fc.de',
      'ada@b\u00fc.de/x',
      'ada@b\u00fc.de:80',
      'ada@b\u00fc.de?x',
      'ada@b\u00fc.de#x',
    ]

    expect(sameAccount(typed).size).toBe(typed.length)
  })

  it('is a name as it stands, apart from case, where there is no domain', () => {
    expect(canonicalEmail('my-very-own-username')).toBe('my-very-own-username')
    expect(canonicalEmail('validEmail')).toBe('validemail')
  })

  it('changes nothing when applied again', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.emailAddress(),
      fc
        .tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }))
        .map(parts => parts.join('@')),
    )
    fc.assert(
      fc.property(text, typed => {
        const key = canonicalEmail(typed)
        expect(canonicalEmail(key)).toBe(key)
      }),
      { numRuns: 3000 },
    )
  })

  it('takes upper and lower case for the same', () => {
    fc.assert(
      fc.property(fc.emailAddress(), typed => {
        expect(canonicalEmail(typed.toUpperCase())).toBe(canonicalEmail(typed.toLowerCase()))
      }),
    )
  })

  it('takes 50,000 characters of anything in little time', () => {
    for (const text of ['a@', '.', '\u0130', '@', '\ufdfa', 'xn--']) {
      const startedAt = performance.now()
      isMailAddress(text.repeat(50_000))
      isAccountName(text.repeat(50_000))
      expect(performance.now() - startedAt).toBeLessThan(50)
    }
  })
})

describe('isAccountName', () => {
  it('takes any text that is not empty, and no address is needed', () => {
    for (const name of ['validEmail', 'my-very-own-username', 'ada@example.com', '名前']) {
      expect(isAccountName(name)).toBe(true)
    }
  })

  it('refuses what is empty, invisible, too long, broken or holds control characters', () => {
    const refused = [
      '',
      '  ',
      '\u200b',
      'a'.repeat(255),
      'a\ud800@b.c',
      'a\r\nBcc: b@c.d',
      'a\u0000',
      'a\u2028b',
    ]
    for (const name of refused) expect(isAccountName(name)).toBe(false)
  })
})

describe('isMailAddress', () => {
  it('takes one address only, without what mail headers read as more', () => {
    for (const good of ['ada@example.com', 'a.b+c@x', 'ädä@bücher.de', "o'neil@example.com"]) {
      expect(isMailAddress(good)).toBe(true)
    }
    const refused = [
      'ada',
      '@b.c',
      'a@',
      'a@b@c.d',
      'a b@c.d',
      'a@b.c,d@e.f',
      '<a@b.c>',
      '"a"@b.c',
      'a@b.c;d',
    ]
    for (const bad of refused) expect(isMailAddress(bad)).toBe(false)
  })
})
