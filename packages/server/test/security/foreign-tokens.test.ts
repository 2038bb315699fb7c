import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  ForeignTokenError,
  openForeignTokens,
  type TokenTrust,
} from '../../src/security/foreign-tokens.ts'
import type { KeySets } from '../../src/security/key-sets.ts'
import { newEc, newEdwards, newRsa, signWithSecret } from './signers.ts'

const now = 1_800_000_000
const secret = 'a secret of at least thirty-two bytes'
const [rsa, ec, edwards] = [newRsa(), newEc(), newEdwards()]
const claims = { sub: 'ada', exp: now + 300 }

const noKeySets: KeySets = {
  find: async () => {
    throw new Error('no key set is asked for here')
  },
}
const tokens = openForeignTokens({ keySets: noKeySets, now: () => now * 1_000 })

const bySecret: TokenTrust = { keys: { texts: [secret] }, algorithms: ['HS256'], audiences: [] }

/** What came of a token: its `sub`, or why it is not trusted. */
const check = async (token: string, trust: Partial<TokenTrust> = {}): Promise<string> => {
  try {
    return (await tokens.verify(token, { ...bySecret, ...trust })).sub
  } catch (error) {
    if (!(error instanceof ForeignTokenError)) throw error
    return error.isUnavailable ? `unavailable: ${error.message}` : error.message
  }
}

const checkClaims = (change: object, trust: Partial<TokenTrust> = {}): Promise<string> =>
  check(signWithSecret(secret, { ...claims, ...change }), trust)

const wrong = 'its signature is wrong'

describe('a token of another system', () => {
  it('is trusted by each algorithm when its key signed it', async () => {
    const signers = { RS256: rsa, ES256: ec, EdDSA: edwards } as const
    for (const [name, signer] of Object.entries(signers)) {
      const algorithms = [name as keyof typeof signers]
      const trust = { algorithms, keys: { texts: [signer.pem] } }
      expect(await check(signer.sign(claims), trust)).toBe('ada')
      expect(await check(signer.sign(claims, { typ: 'JWT', kid: 'any' }), trust)).toBe('ada')
    }
    expect(await check(signWithSecret(secret, claims))).toBe('ada')
  })

  it('is trusted when any of the keys signed it', async () => {
    const texts = ['another secret of thirty-two bytes or so', 'weak', secret]

    expect(await check(signWithSecret(secret, claims), { keys: { texts } })).toBe('ada')
    expect(await check(signWithSecret('weak', claims), { keys: { texts } })).toBe(wrong)
  })

  it('is refused when another key signed it, or it was changed', async () => {
    const token = signWithSecret(secret, claims)
    const [head, , signature] = token.split('.')
    const payload = Buffer.from(JSON.stringify({ ...claims, sub: 'eve' })).toString('base64url')
    const trust = { algorithms: ['RS256'], keys: { texts: [newRsa().pem] } } as const

    expect(await check(`${head}.${payload}.${signature}`)).toBe(wrong)
    expect(await check(signWithSecret('x'.repeat(40), claims))).toBe(wrong)
    expect(await check(rsa.sign(claims), trust)).toBe(wrong)
  })

  it('is refused when its signature is written in another way', async () => {
    const signers = { RS256: rsa, ES256: ec, EdDSA: edwards } as const
    for (const [name, signer] of Object.entries(signers)) {
      const trust = {
        algorithms: [name as keyof typeof signers],
        keys: { texts: [signer.pem] },
      }
      const [head, body, last = ''] = signer.sign(claims).split('.')
      const bytes = Buffer.from(last, 'base64url')
      const halves = [bytes.subarray(0, bytes.length / 2), bytes.subarray(bytes.length / 2)]
      const der = Buffer.concat(halves.flatMap(half => [Buffer.of(2, half.length), half]))
      const others = [
        Buffer.alloc(bytes.length),
        Buffer.of(0),
        bytes.subarray(1),
        Buffer.concat([bytes, Buffer.of(0)]),
        Buffer.concat([Buffer.of(0), bytes]),
        Buffer.concat([Buffer.of(48, der.length), der]),
      ]
      for (const other of others) {
        const token = `${head}.${body}.${other.toString('base64url')}`
        expect(await check(token, trust), `${name}, ${other.length} bytes`).toBe(wrong)
      }
    }
  })

  it('is checked as strictly when it is long, or one of several keys signed it', async () => {
    const others = { RS256: newRsa(), ES256: newEc(), EdDSA: newEdwards() } as const
    const signers = { RS256: rsa, ES256: ec, EdDSA: edwards } as const
    for (const [name, signer] of Object.entries(signers)) {
      const algorithms = [name as keyof typeof signers]
      const other = others[name as keyof typeof signers]
      const long = signer.sign({ ...claims, more: 'x'.repeat(20_000) })
      const one = { algorithms, keys: { texts: [signer.pem] } }
      const both = { algorithms, keys: { texts: [other.pem, signer.pem] } }
      const cut = `${long.slice(0, long.lastIndexOf('.'))}.${other.sign(claims).split('.')[2]}`

      for (const trust of [one, both]) {
        expect(await check(long, trust)).toBe('ada')
        expect(await check(cut, trust)).toBe(wrong)
        expect(await check(`${long.slice(0, long.lastIndexOf('.'))}.AA`, trust)).toBe(wrong)
      }
      expect(await check(other.sign(claims), both)).toBe('ada')
      expect(await check(signer.sign(claims), { algorithms, keys: { texts: [other.pem] } })).toBe(
        wrong,
      )
    }
  })

  it('is refused when its header asks for more than is understood', async () => {
    for (const header of [{ crit: ['exp'] }, { crit: [] }, { b64: false }, { b64: true }])
      expect(await check(signWithSecret(secret, claims, header))).toBe(
        'its header has what must be understood and is not',
      )
    for (const header of [{ kid: 1 }, { kid: null }, { kid: ['a'] }])
      expect(await check(signWithSecret(secret, claims, header))).toBe("its 'kid' is no text")
  })

  it('is refused beyond a million characters', async () => {
    const padded = (length: number): string =>
      signWithSecret(secret, { ...claims, x: 'x'.repeat(length) })

    expect(padded(749_850).length).toBeLessThan(1_000_000)
    expect(await check(padded(749_850))).toBe('ada')
    expect(await check(padded(750_000))).toBe('it is longer than 1000000 characters')
  })
})

describe('keys that are no good', () => {
  it('let nobody in, and are told apart from bad tokens', async () => {
    const keysOf = (algorithm: 'HS256' | 'RS256' | 'ES256' | 'EdDSA', ...texts: string[]) => ({
      algorithms: [algorithm],
      keys: { texts },
    })
    const weak = newRsa(1_024)
    const privateKey = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----'

    expect(
      await check(signWithSecret('x'.repeat(31), claims), keysOf('HS256', 'x'.repeat(31))),
    ).toBe('unavailable: the secret has 31 bytes, HS256 wants 32')
    expect(await check(signWithSecret('', claims), keysOf('HS256', ''))).toMatch('0 bytes')
    expect(await check(signWithSecret(rsa.pem, claims), keysOf('HS256', rsa.pem))).toBe(
      'unavailable: a PEM key is no secret for HS256',
    )
    expect(await check(weak.sign(claims), keysOf('RS256', weak.pem))).toBe(
      'unavailable: the RSA key has 1024 bits, not 2048 to 8192',
    )
    expect(await check(rsa.sign(claims), keysOf('RS256', ec.pem))).toMatch('not an RSA key')
    expect(await check(ec.sign(claims), keysOf('ES256', newEc('P-384').pem))).toMatch('P-256')
    expect(await check(edwards.sign(claims), keysOf('EdDSA', ec.pem))).toMatch('Ed25519')
    expect(await check(rsa.sign(claims), keysOf('RS256', privateKey))).toMatch('PEM public key')
    expect(await check(rsa.sign(claims), keysOf('RS256', 'x'))).toMatch('PEM public key')
    expect(await check(rsa.sign(claims), keysOf('RS256'))).toBe('unavailable: there is no key')
  })

  it('are not those whose line breaks were written as \\n', async () => {
    const keys = { texts: [rsa.pem.replaceAll('\n', '\\n')] }

    expect(await check(rsa.sign(claims), { algorithms: ['RS256'], keys })).toBe('ada')
  })

  it('are those of a key set when a shared secret is wanted', async () => {
    const keys = { jwksUri: 'https://keys.example/' }

    expect(await check(signWithSecret(secret, claims), { keys })).toMatch('no secret for HS256')
  })
})

describe('the times of a token', () => {
  it('may be off by a minute and no more', async () => {
    for (const change of [
      { exp: now - 59 },
      { nbf: now + 60 },
      { iat: now + 60 },
      { exp: now + 0.5 },
    ])
      expect(await checkClaims(change)).toBe('ada')
    expect(await checkClaims({ exp: now - 60 })).toBe('it has expired')
    expect(await checkClaims({ nbf: now + 61 })).toBe("it is not valid yet ('nbf')")
    expect(await checkClaims({ iat: now + 61 })).toBe("it was made in the future ('iat')")
  })

  it('are numbers', async () => {
    const noTimes = [
      null,
      '',
      '9999999999',
      true,
      [],
      [now + 300],
      {},
      { $numberLong: '9999999999' },
    ]
    for (const value of [undefined, ...noTimes])
      expect(await checkClaims({ exp: value }), String(value)).toBe("'exp' is missing or no number")
    for (const name of ['nbf', 'iat']) {
      for (const value of noTimes)
        expect(await checkClaims({ [name]: value }), `${name} ${value}`).toMatch(`'${name}'`)
    }
    for (const number of ['1e400', '-1e400'])
      expect(await check(signWithSecret(secret, `{"sub":"ada","exp":${number}}`))).toMatch("'exp'")
  })
})

describe('the audience', () => {
  it('must be named whole, or one of it where that is enough; none takes any', async () => {
    const both = { audiences: ['shop', 'forum'] }
    const any = { ...both, anyAudience: true }

    for (const aud of [undefined, null, 'x', ['x'], 1])
      expect(await checkClaims({ aud })).toBe('ada')
    expect(await checkClaims({ aud: ['forum', 'x', 'shop'] }, both)).toBe('ada')
    expect(await checkClaims({ aud: 'shop' }, { audiences: ['shop'] })).toBe('ada')
    expect(await checkClaims({ aud: 'forum' }, any)).toBe('ada')
    for (const aud of ['shop', ['shop'], undefined, null, [], {}, ['shop', 'forum', null], 'Shop'])
      expect(await checkClaims({ aud }, both)).toBe("it is for another audience ('aud')")
    for (const aud of ['x', 'shop,forum', ['x'], undefined, { shop: true }, [['shop']]])
      expect(await checkClaims({ aud }, any)).toBe("it is for another audience ('aud')")
  })
})

describe('issuer and nonce', () => {
  it('must be the expected ones', async () => {
    const issuers = ['https://a.example', 'a.example']
    for (const iss of issuers) expect(await checkClaims({ iss }, { issuers })).toBe('ada')
    for (const iss of [undefined, null, '', 'https://a.example/', ['a.example'], 'A.example'])
      expect(await checkClaims({ iss }, { issuers })).toBe("it is from another issuer ('iss')")
    expect(await checkClaims({ iss: 'any' }, { issuers: [] })).toMatch('another issuer')

    const hash = createHash('sha256').update('n-1').digest()
    for (const nonce of ['n-1', hash.toString('hex'), hash.toString('base64url')])
      expect(await checkClaims({ nonce }, { nonce: 'n-1' })).toBe('ada')
    for (const nonce of [undefined, null, '', 'n-2', ['n-1'], hash.toString('base64')])
      expect(await checkClaims({ nonce }, { nonce: 'n-1' })).toBe("it has another 'nonce'")
    expect(await checkClaims({ nonce: undefined }, { nonce: '' })).toBe("it has another 'nonce'")
  })
})

describe('the subject', () => {
  it('is a text that can be a key', async () => {
    for (const sub of [undefined, null, '', 0, 1, true, ['ada'], { $oid: '0'.repeat(24) }])
      expect(await checkClaims({ sub })).toBe("'sub' is missing or no text")
    expect(await checkClaims({ sub: 'x'.repeat(1_024) })).toBe('x'.repeat(1_024))
    expect(await checkClaims({ sub: 'x'.repeat(1_025) })).toMatch('longer than 1024')
    expect(await checkClaims({ sub: 'ada\0' })).toMatch('no id has')
    expect(await check(signWithSecret(secret, `{"sub":"\\ud800","exp":${now + 9}}`))).toBe(
      'its claims cannot be read',
    )
  })
})

describe('claims that JSON libraries read in several ways', () => {
  it('are read in none', async () => {
    const rest = `"sub":"ada","exp":${now + 300}`
    const odd = [
      `{${rest},"sub":"eve"}`,
      `{${rest},"s\\u0075b":"eve"}`,
      `{${rest},"__proto__":{"admin":true}}`,
      `{${rest},"x":{"__proto__":{"polluted":true}}}`,
      `{${rest},"x":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
      ...['null', '[]', '"ada"', '1', '', `{${rest}`, `{${rest}} x`, `\ufeff{${rest}}`],
    ]

    for (const text of odd) {
      const token = signWithSecret(secret, text)
      expect(await check(token === '' ? 'x' : token), text.slice(0, 60)).toMatch(
        /its claims cannot be read|three parts/,
      )
    }
    expect(({} as Record<string, unknown>).polluted).toBe(undefined)
    expect(await checkClaims({ constructor: { prototype: { polluted: true } } })).toBe('ada')
    expect(({} as Record<string, unknown>).polluted).toBe(undefined)
  })
})
