import { describe, expect, it, vi } from 'vitest'
import { OpenIdProviderError, openOpenIdProviders } from '../../src/security/openid-providers.ts'
import { openOutbound } from '../../src/security/outbound.ts'
import { selfSigned } from './certificate.ts'
import { startWeb } from './web.ts'

const hourMs = 3_600_000
const certificate = selfSigned('localhost')

/** A discovery document on a real socket; what it says can be changed, and it can be out of reach. */
const openIssuer = async (more: object = {}) => {
  let time = 0
  const failures: string[] = []
  const state = { more, isDown: false, isSilent: false }
  const web = await startWeb(
    (request, response) => {
      const issuer = `https://localhost:${web.port}`
      const good = {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
      }
      if (state.isDown) request.socket.destroy()
      else if (!state.isSilent) response.end(JSON.stringify({ ...good, ...state.more }))
    },
    { certificate },
  )
  const outbound = openOutbound({
    privateAddresses: ['127.0.0.1', '::1'],
    authorities: [certificate.cert],
  })
  const providers = openOpenIdProviders({
    outbound,
    now: () => time,
    log: { warn: (_text, { reason } = {}) => void failures.push(`${reason}`) },
  })
  return {
    state,
    issuer: web.url,
    asked: web.asked,
    failures,
    find: (issuer = web.url) => providers.find(issuer),
    advance: (ms: number): void => {
      time += ms
    },
    [Symbol.asyncDispose]: async () => {
      await outbound.close()
      await web.stop()
    },
  }
}

describe('what an OpenID provider says of itself', () => {
  it('is asked once for many at a time, and again after an hour', async () => {
    await using web = await openIssuer()

    await Promise.all(Array.from({ length: 50 }, () => web.find()))
    web.advance(hourMs - 1)
    await web.find()
    expect(web.asked).toEqual(['/.well-known/openid-configuration'])

    web.state.more = { token_endpoint: `${web.issuer}/new` }
    web.advance(1)
    await vi.waitFor(async () => {
      expect((await web.find()).tokenEndpoint).toBe(`${web.issuer}/new`)
    })
    expect(web.asked).toHaveLength(2)
  })

  it('keeps nobody waiting once it is known, however slow it has become', async () => {
    await using web = await openIssuer()
    await web.find()
    web.state.isSilent = true
    web.advance(hourMs)
    const begun = performance.now()

    const found = await Promise.all(Array.from({ length: 50 }, () => web.find()))

    expect(performance.now() - begun).toBeLessThan(2_000)
    expect(new Set(found.map(({ jwksUri }) => jwksUri))).toEqual(new Set([`${web.issuer}/jwks`]))
    await vi.waitFor(() => expect(web.asked).toHaveLength(2))
  })

  it('holds for a day when it cannot be asked, which is tried every ten seconds', async () => {
    await using web = await openIssuer()
    await web.find()
    web.state.isDown = true

    web.advance(hourMs)
    await web.find()
    await vi.waitFor(() => expect(web.failures).toHaveLength(1))
    const asked = web.asked.length
    await web.find()
    expect(web.asked).toHaveLength(asked)
    web.advance(10_000)
    await web.find()
    await vi.waitFor(() => expect(web.failures).toHaveLength(2))
    expect(web.asked.length).toBeGreaterThan(asked)

    web.advance(24 * hourMs)
    await expect(web.find()).rejects.toThrow(OpenIdProviderError)
    web.state.isDown = false
    await expect(web.find()).rejects.toThrow('gave no answer')
    web.advance(10_000)
    expect((await web.find()).jwksUri).toBe(`${web.issuer}/jwks`)
  })

  it('is believed of its own issuer only, letter by letter', async () => {
    await using web = await openIssuer()
    const others = [`${web.issuer}/`, web.issuer.replace('localhost', 'LOCALHOST')]

    for (const other of others)
      await expect(web.find(other)).rejects.toThrow('names another issuer')
  })

  it('is not asked for without TLS, where others could change it on its way', async () => {
    await using web = await openIssuer()

    await expect(web.find('http://8.8.8.8')).rejects.toThrow('8.8.8.8 may not be asked')
  })

  it('may not lead from https to http', async () => {
    const endpoints = ['authorization', 'token', 'userinfo', 'revocation']
    const names = ['jwks_uri', ...endpoints.map(name => `${name}_endpoint`)]

    for (const name of names) {
      await using web = await openIssuer({ [name]: 'http://localhost/x' })
      await expect(web.find(), name).rejects.toThrow('an address that is not https')
    }
  })

  it('says where a secret goes, and what may sign', async () => {
    const find = async (more: object) => {
      await using web = await openIssuer(more)
      return await web.find()
    }

    expect(await find({})).toMatchObject({
      secretGoesIn: 'header',
      algorithms: ['RS256'],
      hasPkce: false,
      namesItself: false,
    })
    const methods = { token_endpoint_auth_methods_supported: ['client_secret_post'] }
    expect((await find(methods)).secretGoesIn).toBe('form')
    const signing = { id_token_signing_alg_values_supported: ['none', 'HS256', 'ES256'] }
    expect((await find(signing)).algorithms).toEqual(['ES256'])
    const keys = { token_endpoint_auth_methods_supported: ['private_key_jwt'] }
    await expect(find(keys)).rejects.toThrow(`it takes a client's secret in no way`)
  })
})
