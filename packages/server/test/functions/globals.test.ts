import { createHash, generateKeyPairSync } from 'node:crypto'
import { Binary, Decimal128, ObjectId } from 'bson'
import { describe, expect, it } from 'vitest'
import { call, failure, serveFunctions } from './apps.ts'

const run = (body: string) => serveFunctions({ it: `exports = async (...args) => { ${body} }` })

describe('BSON', () => {
  it('has constructors that need no new', async () => {
    await using server = await run(`
      const id = BSON.ObjectId("65a0c0ffee000000000000aa")
      return { id, same: id instanceof BSON.ObjectId, fresh: new BSON.ObjectId() instanceof BSON.ObjectId,
        long: BSON.Long.fromString("9007199254740993"), int: BSON.Int32(3), double: BSON.Double(1.5),
        decimal: BSON.Decimal128.fromString("1.10"), least: BSON.MinKey(), pattern: BSON.BSONRegExp("^a", "i") }`)

    expect(await call(server, 'it')).toMatchObject({
      id: new ObjectId('65a0c0ffee000000000000aa'),
      same: true,
      fresh: true,
      int: 3,
      double: 1.5,
      decimal: Decimal128.fromString('1.10'),
      pattern: /^a/i,
    })
  })

  it('has the Binary of the original', async () => {
    await using server = await run(`
      const bytes = BSON.Binary.fromHex("00ff41")
      return [bytes, bytes.toHex(), bytes.toBase64(), BSON.Binary.fromBase64("aGk=").text()]`)

    expect(await call(server, 'it')).toEqual([
      new Binary(Buffer.from([0, 255, 65])),
      '00ff41',
      'AP9B',
      'hi',
    ])
  })
})

describe('EJSON and the rest', () => {
  it('are there', async () => {
    await using server = await run(`
      return [EJSON.parse('{"$oid":"65a0c0ffee000000000000aa"}'), EJSON.stringify({ a: BSON.Long(1) }),
        atob(btoa("hi")), require("node:path").basename("/a/b"), require("crypto").createHash("md5").update("").digest("hex"),
        (await import("node:os")).EOL, typeof setTimeout, typeof process.env.PATH, process.env.REGENT_DATA ?? null]`)

    expect(await call(server, 'it')).toEqual([
      new ObjectId('65a0c0ffee000000000000aa'),
      '{"a":1}',
      'hi',
      'b',
      createHash('md5').digest('hex'),
      '\n',
      'function',
      'undefined',
      null,
    ])
  })
})

const pem = { type: 'spki', format: 'pem' } as const
const pkcs8 = { type: 'pkcs8', format: 'pem' } as const
const rsa = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: pem,
  privateKeyEncoding: pkcs8,
})
const ec = (namedCurve: string) =>
  generateKeyPairSync('ec', { namedCurve, publicKeyEncoding: pem, privateKeyEncoding: pkcs8 })
const curves = { 256: ec('P-256'), 384: ec('P-384'), 512: ec('P-521') }

describe('utils.jwt', () => {
  const source = {
    encode: 'exports = (...args) => utils.jwt.encode(...args)',
    decode: 'exports = (...args) => utils.jwt.decode(...args)',
  }

  it('signs and checks with every method', async () => {
    await using server = await serveFunctions(source)
    const claims = { sub: 'ada', n: 1 }
    for (const bits of [256, 384, 512] as const) {
      const keys = [
        ['HS', 'a shared secret', 'a shared secret'],
        ['RS', rsa.privateKey, rsa.publicKey],
        ['PS', rsa.privateKey, rsa.publicKey],
        ['ES', curves[bits].privateKey, curves[bits].publicKey],
      ] as const
      for (const [kind, signer, checker] of keys) {
        const token = await call(server, 'encode', `${kind}${bits}`, claims, signer, { kid: 'k' })
        expect(await call(server, 'decode', token, checker), `${kind}${bits}`).toEqual(claims)
        expect(await call(server, 'decode', token, checker, true)).toEqual({
          header: { alg: `${kind}${bits}`, typ: 'JWT', kid: 'k' },
          payload: claims,
        })
      }
    }
  })

  it('refuses a token that is changed, expired, not accepted or of another kind of key', async () => {
    await using server = await serveFunctions(source)
    const token = String(await call(server, 'encode', 'HS256', { sub: 'ada' }, 'secret'))
    const old = await call(server, 'encode', 'HS256', { exp: 1 }, 'secret')
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.`
    const [head, , tail] = token.split('.')
    const forged = [head, Buffer.from('{"sub":"eve"}').toString('base64url'), tail].join('.')
    const refused = async (...args: unknown[]) => (await failure(server, 'decode', ...args)).message

    expect(await refused(forged, 'secret')).toBe('the signature of the token is wrong')
    expect(await refused(token, 'other')).toBe('the signature of the token is wrong')
    expect(await refused(old, 'secret')).toBe('the token is expired')
    expect(await refused(token, 'secret', false, ['RS256'])).toBe(
      "the signing method is not accepted: 'HS256'",
    )
    expect(await refused(`${none}x`, 'secret')).toBe("unknown signing method: 'none'")
    expect(await refused(none, 'secret')).toBe('that is no token of three parts')
    expect(await refused(token, rsa.publicKey)).toBe(
      'a key in PEM form cannot be the secret of an HS method',
    )
  })
})

describe('utils.crypto', () => {
  it('encrypts for who has the key', async () => {
    await using server = await serveFunctions({
      both: `exports = key => utils.crypto.decrypt("aes", utils.crypto.encrypt("aes", "hush", key), key).text()`,
      wrong: `exports = key => utils.crypto.decrypt("aes", utils.crypto.encrypt("aes", "hush", key), "x".repeat(key.length))`,
    })

    for (const bytes of [16, 24, 32])
      expect(await call(server, 'both', 'k'.repeat(bytes))).toBe('hush')
    expect((await failure(server, 'wrong', 'k'.repeat(32))).problem).toBe('threw')
    expect((await failure(server, 'both', 'short')).message).toBe(
      'an AES key has 16, 24 or 32 bytes',
    )
  })

  it('signs, checks, hashes', async () => {
    await using server = await serveFunctions({
      rsa: `exports = (scheme, key, open) => {
        const signature = utils.crypto.sign("rsa", "text", key, scheme)
        return [utils.crypto.verify("rsa", "text", open, signature, scheme), utils.crypto.verify("rsa", "other", open, signature, scheme)] }`,
      hmac: 'exports = () => utils.crypto.hmac("text", "secret", "sha256", "hex")',
      hash: 'exports = () => utils.crypto.hash("sha256", "text").toHex()',
    })

    for (const scheme of ['pss', 'pkcs1v15']) {
      expect(await call(server, 'rsa', scheme, rsa.privateKey, rsa.publicKey)).toEqual([
        true,
        false,
      ])
    }
    expect(await call(server, 'hmac')).toMatch(/^[0-9a-f]{64}$/)
    expect(await call(server, 'hash')).toBe(createHash('sha256').update('text').digest('hex'))
  })
})
