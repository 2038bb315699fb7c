import { describe, expect, it } from 'vitest'
import { problemsOf, readShop, withProvider } from './problems.ts'
import { shop } from './write-directory.ts'

const production = { ...shop['root_config.json'], environment: 'production' }

describe('values', () => {
  it('are any JSON, or the name of a secret', async () => {
    const { values, secretPlaces } = await readShop({
      'values/rate.json': { id: '5c9e', name: 'rate', value: { eur: 1.1 }, private: true },
      'values/key.json': { name: 'key', value: 'mapsKey', from_secret: true },
    })

    expect(values).toEqual([
      { name: 'key', value: 'mapsKey', fromSecret: true },
      { name: 'rate', value: { eur: 1.1 }, fromSecret: false },
    ])
    expect(secretPlaces).toEqual([{ name: 'mapsKey', file: 'values/key.json', field: 'value' }])
  })

  it('are refused with wrong names, a second time, and without the name of a secret', async () => {
    const problems = await problemsOf({
      'values/a.json': { name: 'my rate', value: 1 },
      'values/b.json': { name: 'rate', value: 1, from_secret: 'no' },
      'values/c.json': { name: 'key', value: 5, from_secret: true },
      'values/d.json': { name: 'key', value: 6 },
    })

    expect(problems).toEqual([
      'values/a.json: name must be 1 to 64 letters, digits, _ or -, not "my rate"',
      'values/b.json: from_secret must be true or false, not "no"',
      'values/c.json: value must be 1 to 64 letters, digits, _ or -, not 5',
      'values/d.json: name is "key", as in another file: names are unique',
    ])
  })
})

describe('a configuration', () => {
  it('is refused when it is nested without end', async () => {
    const value = `${'['.repeat(100_000)}${']'.repeat(100_000)}`

    expect(await problemsOf({ 'values/deep.json': `{"name":"deep","value":${value}}` })).toEqual([
      expect.stringMatching(/^values\/deep\.json: value(?:\[0\]){99} is nested deeper than 100$/),
    ])
  })
})

describe('environments', () => {
  it('give the values of the one that the root file names, else those of no-environment', async () => {
    const files = {
      'environments/no-environment.json': { values: { db: 'local' } },
      'environments/production.json': { values: { db: 'shop', hosts: ['a'] } },
    }

    const named = await readShop({ ...files, 'root_config.json': production })
    const unnamed = await readShop(files)

    expect(named.environment).toEqual({
      tag: 'production',
      values: { db: 'shop', hosts: ['a'] },
    })
    expect(unnamed.environment).toEqual({ tag: '', values: { db: 'local' } })
  })

  it('are all checked, also those that are not used', async () => {
    expect(await problemsOf({ 'environments/qa.json': { values: [1] } })).toEqual([
      'environments/qa.json: values must be an object, not a list',
    ])
  })
})

describe('%(%%environment.values.…)', () => {
  const email = (config: unknown, disabled = false) =>
    withProvider('local-userpass', { disabled, config })

  it('becomes the value wherever a configuration holds text', async () => {
    const directory = await readShop({
      ...email({ emailConfirmationUrl: 'https://%(%%environment.values.host)/confirm' }),
      'root_config.json': {
        ...production,
        allowed_request_origins: ['https://%( %%environment.values.host )'],
      },
      'environments/production.json': { values: { host: 'shop.example' } },
      'values/page.json': { name: 'page', value: { at: ['%(%%environment.values.host)'] } },
    })

    expect(directory.allowedRequestOrigins).toEqual(['https://shop.example'])
    expect(directory.providers).toContainEqual(
      expect.objectContaining({
        config: { autoConfirm: false, emailConfirmationUrl: 'https://shop.example/confirm' },
      }),
    )
    expect(directory.values).toEqual([
      { name: 'page', value: { at: ['shop.example'] }, fromSecret: false },
    ])
  })

  it('is refused where the value is unknown or no text, and where it is something else', async () => {
    const problems = await problemsOf({
      ...email({
        emailConfirmationUrl: '%(%%environment.values.url)',
        resetPasswordUrl: '%(%%environment.values.port)',
        confirmEmailSubject: '%(%%values.subject)',
      }),
      'environments/no-environment.json': { values: { port: 80 } },
    })

    expect(problems).toEqual([
      'auth/providers.json: local-userpass.config.emailConfirmationUrl holds %(%%environment.values.url), and environments/no-environment.json has no value "url"',
      'auth/providers.json: local-userpass.config.resetPasswordUrl holds %(%%environment.values.port), and the value "port" of environments/no-environment.json is no text',
      'auth/providers.json: local-userpass.config.confirmEmailSubject holds %(%%values.subject): inside %(…) there may only be %%environment.values.<name>',
    ])
  })

  it('may be unknown in a disabled provider', async () => {
    const { providers } = await readShop(
      withProvider('custom-function', {
        disabled: true,
        config: { authFunctionName: '%(%%environment.values.login)' },
      }),
    )

    expect(providers).toContainEqual(
      expect.objectContaining({ type: 'custom-function', disabled: true }),
    )
  })
})

describe('secrets.json', () => {
  it('gives values by name, and has no part in the digest', async () => {
    const without = await readShop({})
    const { secrets, digest } = await readShop({ 'secrets.json': { 'idp-key': 'x'.repeat(40) } })

    expect(secrets).toEqual({ 'idp-key': 'x'.repeat(40) })
    expect(digest).toBe(without.digest)
  })

  it('of the older form gives the secrets that its import made', async () => {
    const { secrets, providers } = await readShop({
      ...withProvider('oauth2-google', { config: { clientId: '1234' } }),
      'secrets.json': {
        auth_providers: { 'oauth2-google': { clientSecret: 'g-secret' } },
        services: { sms: { auth_token: 't-secret' } },
      },
    })

    expect(secrets).toEqual({
      '__oauth2-google_clientSecret': 'g-secret',
      __sms_auth_token: 't-secret',
    })
    expect(providers).toContainEqual(
      expect.objectContaining({
        type: 'oauth2-google',
        secretConfig: { clientSecret: '__oauth2-google_clientSecret' },
      }),
    )
  })

  it('is refused with names and values that are none, and no message tells a value', async () => {
    const problems = await problemsOf({
      'secrets.json': { 'my key': 'hush-1', number: 4711, empty: '', long: 'hush'.repeat(5000) },
    })

    expect(problems).toEqual([
      'secrets.json: my key is no name of a secret: 1 to 64 letters, digits, _ or -',
      'secrets.json: number must be text that is not empty',
      'secrets.json: empty must be text that is not empty',
      'secrets.json: long must be at most 16384 characters',
    ])
    expect(await problemsOf({ 'secrets.json': ['hush'] })).toEqual([
      'secrets.json: must be an object of names and values',
    ])
  })
})
