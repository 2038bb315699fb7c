import { describe, expect, it } from 'vitest'
import type { DirectoryProvider } from '../../src/apps/directory.ts'
import { problemsOf, readShop, withProvider } from './problems.ts'

type Entry = Readonly<Record<string, unknown>>

/** The entry as it is deployed. */
const deployed = async (
  type: string,
  entry: Entry,
  more: Entry = {},
): Promise<DirectoryProvider | undefined> =>
  (await readShop({ ...withProvider(type, entry), ...more })).providers.find(
    provider => provider.type === type,
  )

/** What keeps the entry from being deployed, without file and type. */
const problems = async (type: string, entry: Entry): Promise<string[]> =>
  (await problemsOf(withProvider(type, entry))).map(line =>
    line.replace(`auth/providers.json: ${type}.`, ''),
  )

const keys = { signingKeys: ['idpKey'] }

describe('custom-token', () => {
  it('takes one audience or several, and secrets by name', async () => {
    const config = { audience: 'shop-api', requireAnyAudience: true, signingAlgorithm: 'ES256' }

    expect(await deployed('custom-token', { config, secret_config: keys })).toMatchObject({
      config: {
        audience: ['shop-api'],
        requireAnyAudience: true,
        signingAlgorithm: 'ES256',
        useJWKURI: false,
      },
      secretConfig: { signingKeys: ['idpKey'] },
    })
    for (const audience of ['', [], [''], null, undefined]) {
      const entry = { config: { audience, signingAlgorithm: 'HS256' }, secret_config: keys }
      expect((await deployed('custom-token', entry))?.config.audience).toEqual([])
    }
  })

  it('pins the algorithm of a key set to RS256, as the original did, unless another is named', async () => {
    const jwkURI = 'https://login.example/keys'
    const algorithm = async (signingAlgorithm?: string) =>
      (await deployed('custom-token', { config: { useJWKURI: true, jwkURI, signingAlgorithm } }))
        ?.config.signingAlgorithm

    expect(await algorithm()).toBe('RS256')
    expect(await algorithm('HS256')).toBe('RS256')
    expect(await algorithm('EdDSA')).toBe('EdDSA')
  })

  it('makes a secret of a key that stands in an older configuration itself', async () => {
    const config = { signingAlgorithm: 'RS256', signingKey: '-----BEGIN PUBLIC KEY-----' }

    const directory = await readShop(withProvider('custom-token', { config }))

    const name = '__custom-token_signingKey'
    expect(directory.secrets).toEqual({ [name]: config.signingKey })
    expect(directory.secretPlaces).toEqual([])
    const provider = directory.providers.find(({ type }) => type === 'custom-token')
    expect(provider?.secretConfig).toEqual({ signingKeys: [name] })
    expect(JSON.stringify(directory.providers)).not.toContain('BEGIN')
  })

  it('maps metadata to the last part of the path when no name is given', async () => {
    const fields = [
      { required: true, name: 'person.mail', field_name: 'email' },
      { name: 'person.full\\.name' },
      { required: 'true', name: 'phone', field_name: '' },
      'locale',
    ]
    const entry = { config: { signingAlgorithm: 'HS256' }, secret_config: keys }

    const provider = await deployed('custom-token', { ...entry, metadata_fields: fields })

    expect(provider?.metadataFields).toEqual([
      { required: true, name: 'person.mail', fieldName: 'email' },
      { required: false, name: 'person.full\\.name', fieldName: 'full.name' },
      { required: true, name: 'phone', fieldName: 'phone' },
      { required: false, name: 'locale', fieldName: 'locale' },
    ])
  })

  it('is refused with what is wrong', async () => {
    const four = ['a', 'b', 'c', 'd']
    expect(await problems('custom-token', {})).toEqual([
      'config.signingAlgorithm is missing: it must be one of HS256, RS256, ES256, EdDSA',
      'secret_config.signingKeys is missing: it must be a list of 1 to 3 names of secrets',
    ])
    expect(
      await problems('custom-token', {
        config: { signingAlgorithm: 'none', audience: 5, useJWKURI: 'yes', jwkURI: 'keys' },
        metadata_fields: [{ required: true }],
      }),
    ).toEqual([
      'config.audience must be text or a list of texts, not 5',
      'config.signingAlgorithm must be one of HS256, RS256, ES256, EdDSA, not "none"',
      'config.useJWKURI must be true or false, not "yes"',
      'config.jwkURI must be an address like https://login.example, not "keys"',
    ])
    expect(
      await problems('custom-token', {
        config: { useJWKURI: true },
        metadata_fields: [{ required: true }],
      }),
    ).toEqual([
      'config.jwkURI is missing: it must be the address of a key set (JWKS), as useJWKURI is true',
      'metadata_fields[0] must be an object with name, required (true or false) and field_name (at most 63 characters), not an object',
    ])
    expect(
      await problems('custom-token', {
        config: { signingAlgorithm: 'HS256' },
        secret_config: { signingKeys: four },
      }),
    ).toEqual(['secret_config.signingKeys must be at most 3 names'])
  })

  it('never tells a value that stands where the name of a secret belongs', async () => {
    const entry = {
      config: { signingAlgorithm: 'RS256', signingKey: 4711 },
      secret_config: { signingKeys: ['-----BEGIN PUBLIC KEY-----\nhush'] },
    }

    const said = await problems('custom-token', entry)

    expect(said).toEqual([
      'secret_config.signingKeys must be the name of a secret (1 to 64 letters, digits, _ or -), never its value',
      'config.signingKey must be text',
    ])
  })
})

describe('custom-function', () => {
  it('names a function that is there', async () => {
    const entry = { config: { authFunctionName: 'login', authFunctionId: '5c9e' } }
    const login = { 'functions/login.js': 'exports = () => "1"' }

    expect((await deployed('custom-function', entry, login))?.config).toEqual({
      authFunctionName: 'login',
    })
    expect(await problems('custom-function', entry)).toEqual([
      'config.authFunctionName names the function "login", which is not in functions/: there is none',
    ])
    expect(await problems('custom-function', { config: { authFunctionName: '' } })).toEqual([
      'config.authFunctionName is missing: it must be the name of the function that logs users in',
    ])
  })
})

describe('local-userpass', () => {
  it('runs functions in the modes that are on, and forgets the names of others', async () => {
    const functions = {
      'functions/confirm.js': 'exports = () => ({ status: "success" })',
      'functions/reset.js': 'exports = () => ({ status: "success" })',
    }
    const names = { confirmationFunctionName: 'confirm', resetFunctionName: 'reset' }
    const on = { ...names, runConfirmationFunction: true, runResetFunction: true }
    const off = { ...names, runConfirmationFunction: false, runResetFunction: false }

    expect((await deployed('local-userpass', { config: on }, functions))?.config).toEqual({
      autoConfirm: false,
      ...names,
    })
    expect((await deployed('local-userpass', { config: off }))?.config).toEqual({
      autoConfirm: false,
    })
  })

  it('is refused without the functions, and with two ways of confirming', async () => {
    const config = {
      autoConfirm: true,
      runConfirmationFunction: true,
      confirmationFunctionName: 'gone',
      runResetFunction: true,
    }

    expect(await problems('local-userpass', { config })).toEqual([
      'config.runConfirmationFunction and autoConfirm are both true: one of them must be false',
      'config.resetFunctionName is missing: it must be the name of a function',
      'config.confirmationFunctionName names the function "gone", which is not in functions/: there is none',
    ])
  })
})

describe('google, facebook and apple', () => {
  it('are taken with their secrets, fields, addresses and domains', async () => {
    const entry = {
      config: { clientId: '1234.apps.googleusercontent.com', openId: false },
      secret_config: { clientSecret: 'googleSecret' },
      metadata_fields: [{ name: 'email', required: true }],
      redirect_uris: ['https://shop.example/done/', 'myapp://done'],
      domain_restrictions: ['Shop.Example', 'bücher.example'],
    }

    expect(await deployed('oauth2-google', entry)).toEqual({
      type: 'oauth2-google',
      disabled: false,
      config: { clientId: '1234.apps.googleusercontent.com', openId: false },
      secretConfig: { clientSecret: 'googleSecret' },
      metadataFields: [{ name: 'email', required: true, fieldName: 'email' }],
      redirectUris: ['https://shop.example/done/', 'myapp://done'],
      domainRestrictions: ['shop.example', 'xn--bcher-kva.example'],
    })
  })

  it('need a client id and a secret; google with openId and apple may do without the secret', async () => {
    const noId =
      'config.clientId is missing: it must be the client id that the auth provider gave the app'
    const noSecret =
      'secret_config.clientSecret is missing: it must be the name of the secret that holds the client secret'

    expect(await problems('oauth2-google', {})).toEqual([noSecret, noId])
    expect(await problems('oauth2-google', { config: { openId: true } })).toEqual([noId])
    expect(await problems('oauth2-facebook', {})).toEqual([noSecret, noId])
    expect(await problems('oauth2-apple', { config: { clientId: '' } })).toEqual([noId])
  })

  it('apple takes team id, key id and private key together', async () => {
    const config = { clientId: 'example.shop', teamId: 'T1', keyId: 'K1' }
    const secret_config = { privateKey: 'appleKey' }

    expect(await deployed('oauth2-apple', { config, secret_config })).toMatchObject({
      config,
      secretConfig: secret_config,
    })
    expect(await problems('oauth2-apple', { config: { clientId: 'x', teamId: 'T1' } })).toEqual([
      'config.keyId is missing: it must be the id of the private key',
      'secret_config.privateKey is missing: it must be the name of the secret that holds the private key (the .p8 file)',
    ])
    expect(await problems('oauth2-apple', { config: { clientId: 'x' }, secret_config })).toEqual([
      'config.teamId is missing: it must be the team id at Apple',
      'config.keyId is missing: it must be the id of the private key',
    ])
  })

  it('are refused with addresses that run code and domains that are none', async () => {
    expect(
      await problems('oauth2-google', {
        config: { clientId: 'x', openId: true },
        redirect_uris: ['javascript:alert(1)', '/done', 'https://shop.example/#/done'],
        domain_restrictions: ['shop', 'a b.example'],
      }),
    ).toEqual([
      'redirect_uris[0] must be a whole address like https://shop.example/confirm, not "javascript:alert(1)"',
      'redirect_uris[1] must be a whole address like https://shop.example/confirm, not "/done"',
      'redirect_uris[2] must not hold #, not "https://shop.example/#/done"',
      'domain_restrictions[0] must be a domain like shop.example, not "shop"',
      'domain_restrictions[1] must be a domain like shop.example, not "a b.example"',
    ])
  })
})

describe('oauth2-oidc', () => {
  it('takes issuer, client id and scopes, the client secret if there is one', async () => {
    const config = { issuer: 'https://login.example', clientId: 'shop', scopes: 'openid email' }

    expect(await deployed('oauth2-oidc', { config })).toMatchObject({
      config: { ...config, scopes: ['openid', 'email'] },
      secretConfig: {},
    })
    expect(await problems('oauth2-oidc', { config: { scopes: 5 } })).toEqual([
      'config.scopes must be a list of texts, or one text with blanks between, not 5',
    ])
    expect(await problems('oauth2-oidc', {})).toEqual([
      'config.issuer is missing: it must be the issuer, as in https://login.example',
      'config.clientId is missing: it must be the client id that the auth provider gave the app',
    ])
  })
})

describe('a disabled provider', () => {
  it('may be incomplete and name what is not there', async () => {
    const entries = {
      'anon-user': { type: 'anon-user' },
      'local-userpass': {
        type: 'local-userpass',
        disabled: true,
        config: { autoConfirm: true, runConfirmationFunction: true, confirmationFunctionName: 'x' },
      },
      'custom-token': { type: 'custom-token', disabled: true, secret_config: keys },
      'custom-function': {
        type: 'custom-function',
        disabled: true,
        config: { authFunctionName: 'gone' },
      },
      'oauth2-google': {
        type: 'oauth2-google',
        disabled: true,
        secret_config: { clientSecret: 'g' },
      },
      'oauth2-apple': { type: 'oauth2-apple', disabled: true, config: { teamId: 'T1' } },
      'oauth2-oidc': { type: 'oauth2-oidc', disabled: true },
    }

    const { providers, secretPlaces } = await readShop({ 'auth/providers.json': entries })

    expect(providers.filter(({ disabled }) => disabled)).toHaveLength(6)
    expect(secretPlaces).toEqual([])
  })
})

describe('fields that nothing reads', () => {
  it('are named in the warning', async () => {
    const { warning } = await readShop(
      withProvider('oauth2-google', {
        config: { clientId: 'x', openId: true, clientID: 'y' },
        secret_config: { secret: 'z' },
      }),
    )

    expect(warning).toBe('ignored: oauth2-google clientID, oauth2-google secret')
  })

  it('are named also beside config', async () => {
    const { warning } = await readShop(
      withProvider('oauth2-google', {
        id: '65a0c0ffee000000000000aa',
        config: { clientId: 'x', openId: true },
        domains: ['shop.example'],
      }),
    )

    expect(warning).toBe('ignored: oauth2-google domains')
  })
})
