import type { RequestListener } from 'node:http'
import { describe, expect, it } from 'vitest'
import { type KeySets, openKeySets } from '../../src/security/key-sets.ts'
import { openOutbound } from '../../src/security/outbound.ts'
import { newEc, newEdwards, newRsa } from './signers.ts'
import { startWeb } from './web.ts'

const [rsa, ec, edwards] = [newRsa(), newEc(), newEdwards()]
const minute = 60_000

const send =
  (text: string): RequestListener =>
  (_, response) =>
    response.end(text)
const sendKeys = (...keys: object[]): RequestListener => send(JSON.stringify({ keys }))

const down: RequestListener = (_, response) => response.writeHead(503).end()

/** A key server whose answer a test changes, and key sets with a clock that it moves. */
const start = async (first: RequestListener) => {
  const state = { answer: first, time: 1_800_000_000_000 }
  const warnings: unknown[] = []
  const web = await startWeb((request, response) => state.answer(request, response))
  const outbound = openOutbound({ privateAddresses: ['127.0.0.1'] })
  const keySets = openKeySets({
    outbound,
    now: () => state.time,
    log: { warn: (message, fields) => warnings.push({ message, ...fields }) },
  })
  return {
    web,
    keySets,
    warnings,
    url: `${web.url}/keys`,
    answer: (listener: RequestListener): void => {
      state.answer = listener
    },
    advance: (ms: number): void => {
      state.time += ms
    },
    [Symbol.asyncDispose]: async () => {
      await outbound.close()
      await web.stop()
    },
  }
}

/** How many keys fit, or why none can be had. */
const count = async (keySets: KeySets, url: string, kid?: string, algorithm = 'RS256') => {
  try {
    return (await keySets.find(url, { algorithm: algorithm as 'RS256', kid })).length
  } catch (error) {
    return (error as Error).message
  }
}

describe('a key set', () => {
  it('gives the keys that fit by algorithm, name and purpose, and passes over all others', async () => {
    const odd = [
      null,
      1,
      'x',
      [],
      {},
      { kty: 'RSA', kid: 'a' },
      { kty: 'oct', k: 'AAAA', kid: 'a' },
    ]
    await using server = await start(
      sendKeys(
        ...(odd as object[]),
        rsa.jwk('a'),
        rsa.jwk('b', { use: 'enc' }),
        rsa.jwk('c', { alg: 'RS512' }),
        rsa.jwk('d', { key_ops: ['sign'] }),
        rsa.jwk('e', { alg: 'RS256', use: 'sig', key_ops: ['verify'] }),
        ec.jwk('a'),
        newEc('P-384').jwk('a'),
        edwards.jwk('a', { alg: 'EdDSA' }),
      ),
    )
    const { keySets, url } = server

    for (const algorithm of ['RS256', 'ES256', 'EdDSA'])
      expect(await count(keySets, url, 'a', algorithm), algorithm).toBe(1)
    expect(await count(keySets, url)).toBe(2)
    for (const kid of ['b', 'c', 'd', 'A', '', '__proto__', 'constructor', '../a'])
      expect(await count(keySets, url, kid), kid).toBe(0)
    expect(await count(keySets, url, 'e')).toBe(1)
  })

  it('leaves out keys that are too weak, too large, or prove nothing', async () => {
    const { n } = rsa.jwk()
    const huge = Buffer.alloc(2_048, 0xff).toString('base64url')
    await using server = await start(
      sendKeys(
        newRsa(1_024).jwk('weak'),
        { kty: 'RSA', kid: 'one', n, e: 'AQ' },
        { kty: 'RSA', kid: 'even', n, e: 'Ag' },
        { kty: 'RSA', kid: 'huge', n: huge, e: 'AQAB' },
        { kty: 'EC', crv: 'P-256', kid: 'off', x: 'AAAA', y: 'AAAA' },
        { ...newRsa(2_048, 3).jwk('three'), d: 'AAAA' },
      ),
    )

    for (const kid of ['weak', 'one', 'even', 'huge'])
      expect(await count(server.keySets, server.url, kid), kid).toBe(0)
    expect(await count(server.keySets, server.url, 'off', 'ES256')).toBe(0)
    expect(await count(server.keySets, server.url, 'three')).toBe(1)
  })

  it('is asked for once, however many wait, and not again within five minutes', async () => {
    await using server = await start(sendKeys(rsa.jwk('a')))
    const { keySets, url, web } = server

    await Promise.all(Array.from({ length: 50 }, () => count(keySets, url, 'a')))
    server.advance(5 * minute - 1)
    expect(await count(keySets, url, 'a')).toBe(1)

    expect(web.asked).toHaveLength(1)
  })

  it('is asked for at most once a minute for names that nobody knows', async () => {
    await using server = await start(sendKeys(rsa.jwk('a')))
    const { keySets, url, web } = server
    const flood = () =>
      Promise.all(Array.from({ length: 200 }, (_, at) => count(keySets, url, `unknown-${at}`)))
    await count(keySets, url, 'a')
    await flood()
    expect(web.asked).toHaveLength(1)

    server.advance(minute)
    expect(new Set(await flood())).toEqual(new Set([0]))
    await flood()

    expect(web.asked).toHaveLength(2)
  })

  it('with a new key is found by all who wait for it, while the old one still counts', async () => {
    const young = newRsa()
    await using server = await start(sendKeys(rsa.jwk('old')))
    const { keySets, url } = server
    await count(keySets, url, 'old')
    server.advance(minute)
    server.answer(sendKeys(young.jwk('young'), rsa.jwk('old')))

    const waiting = Array.from({ length: 20 }, () => count(keySets, url, 'young'))

    expect(new Set(await Promise.all(waiting))).toEqual(new Set([1]))
    expect(await count(keySets, url, 'old')).toBe(1)
    expect(server.web.asked).toHaveLength(2)
  })

  it('that lost a key is trusted no longer than an hour', async () => {
    await using server = await start(sendKeys(rsa.jwk('a')))
    await count(server.keySets, server.url, 'a')
    server.answer(sendKeys(rsa.jwk('b')))

    server.advance(60 * minute)

    expect(await count(server.keySets, server.url, 'a')).toBe(0)
  })

  it('that cannot be had any more is used for a day, asked for once a minute', async () => {
    await using server = await start(sendKeys(rsa.jwk('a')))
    const { keySets, url, web } = server
    await count(keySets, url, 'a')
    server.answer(down)

    server.advance(23 * 60 * minute)
    for (let turn = 0; turn < 5; turn += 1) expect(await count(keySets, url, 'a')).toBe(1)
    expect(web.asked).toHaveLength(2)
    expect(await count(keySets, url, 'b')).toMatch('the key set answers 503')
    server.advance(60 * minute)

    expect(await count(keySets, url, 'a')).toMatch('the key set answers 503')
    server.answer(sendKeys(rsa.jwk('a')))
    server.advance(minute)
    expect(await count(keySets, url, 'a')).toBe(1)
  })

  it('that was never there is asked for again after ten seconds', async () => {
    await using server = await start(down)
    const { keySets, url, web, warnings } = server

    for (let turn = 0; turn < 5; turn += 1)
      expect(await count(keySets, url, 'a')).toBe(
        `no key set from 127.0.0.1:${web.port}: the key set answers 503`,
      )
    expect(web.asked).toHaveLength(1)
    expect(warnings).toHaveLength(1)
    server.answer(sendKeys(rsa.jwk('a')))
    server.advance(10_000)

    expect(await count(keySets, url, 'a')).toBe(1)
  })

  it('is not asked for without TLS, where others could change it on its way', async () => {
    await using server = await start(sendKeys(rsa.jwk('a')))

    expect(await count(server.keySets, 'http://8.8.8.8/keys', 'a')).toMatch('may not be asked')
  })

  it('that is none, or too much, is one that cannot be had', async () => {
    const texts = ['', 'x', 'null', '[]', '{}', '{"keys":{}}', '{"keys":1}', '['.repeat(100_000)]
    for (const text of [...texts, '{"keys":[],"keys":[]}', `"${'x'.repeat(2_000_000)}"`]) {
      await using server = await start(send(text))
      expect(await count(server.keySets, server.url, 'a'), text.slice(0, 30)).toMatch('no key set')
    }
  })

  it('of ten thousand keys costs little and gives those in front', async () => {
    const keys = Array.from({ length: 10_000 }, (_, at) => ec.jwk(`k-${at}`, { y: undefined }))
    await using server = await start(sendKeys(ec.jwk('first'), ...keys, ec.jwk('last')))
    const begun = performance.now()

    expect(await count(server.keySets, server.url, 'first', 'ES256')).toBe(1)
    expect(await count(server.keySets, server.url, 'last', 'ES256')).toBe(0)
    expect(await count(server.keySets, server.url, undefined, 'ES256')).toBe(1)
    expect(performance.now() - begun).toBeLessThan(2_000)
  })

  it('is kept by address, of a bounded number of addresses', async () => {
    await using server = await start(sendKeys(rsa.jwk('a')))
    const { keySets, web } = server
    for (let at = 0; at < 600; at += 1) await count(keySets, `${web.url}/${at}`, 'a')

    await count(keySets, `${web.url}/599`, 'a')
    expect(web.asked).toHaveLength(600)
    await count(keySets, `${web.url}/0`, 'a')

    expect(web.asked).toHaveLength(601)
  })

  it('is asked for again when the clock was put back', async () => {
    await using server = await start(sendKeys(rsa.jwk('a')))
    await count(server.keySets, server.url, 'a')

    server.advance(-24 * 60 * minute)
    await count(server.keySets, server.url, 'a')

    expect(server.web.asked).toHaveLength(2)
  })
})
