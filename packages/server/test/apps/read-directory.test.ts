import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DirectoryError, describeProblem } from '../../src/apps/directory.ts'
import { readAppDirectory, readAppFiles } from '../../src/apps/read-directory.ts'
import { shop, writeDirectory } from './write-directory.ts'

const problemsOf = async (files: Readonly<Record<string, unknown>>): Promise<string[]> => {
  await using directory = await writeDirectory(files)
  const error = await readAppDirectory(directory.path).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof DirectoryError)) throw new Error(`was read: ${error}`)
  return error.problems.map(describeProblem)
}

const bare = {
  config: {},
  secretConfig: {},
  metadataFields: [],
  redirectUris: [],
  domainRestrictions: [],
}

const withEmailPassword = (config: unknown, disabled = false) => ({
  ...shop,
  'auth/providers.json': { 'local-userpass': { type: 'local-userpass', disabled, config } },
})

describe('an exported app of the current layout', () => {
  it('gives its id, name, origins and providers, with the defaults of what it leaves out', async () => {
    await using directory = await writeDirectory({
      'realm_config.json': {
        config_version: 20210101,
        app_id: 'shop-xkqzp',
        name: 'shop',
        deployment_model: 'LOCAL',
        environment: 'production',
        allowed_request_origins: ['https://shop.example', 'http://localhost:3000'],
      },
      'auth/providers.json': {
        'anon-user': { name: 'anon-user', type: 'anon-user' },
        'api-key': { name: 'api-key', type: 'api-key', disabled: true },
        'local-userpass': {
          name: 'local-userpass',
          type: 'local-userpass',
          disabled: false,
          config: {
            emailConfirmationUrl: 'myapp://confirm',
            confirmEmailSubject: 'Willkommen – schön!',
            resetPasswordUrl: 'https://',
            resetPasswordSubject: '',
          },
        },
      },
    })

    const app = await readAppDirectory(directory.path)

    expect(app).toEqual({
      path: directory.path,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      clientAppId: 'shop-xkqzp',
      name: 'shop',
      allowedRequestOrigins: ['https://shop.example', 'http://localhost:3000'],
      region: { deploymentModel: 'LOCAL' },
      providers: [
        { ...bare, type: 'anon-user', disabled: false },
        { ...bare, type: 'api-key', disabled: true },
        {
          ...bare,
          type: 'local-userpass',
          disabled: false,
          config: {
            autoConfirm: false,
            emailConfirmationUrl: 'myapp://confirm',
            confirmEmailSubject: 'Willkommen – schön!',
          },
        },
      ],
      refreshTokenSeconds: 5_184_000,
      anonymousDays: 90,
      deletionGraceDays: 0,
      endSessionsOnPasswordChange: true,
      mail: {},
      functions: [],
      values: [],
      environment: { tag: 'production', values: {} },
      triggers: [],
      dataSources: [],
      secrets: {},
      secretPlaces: [],
      files: expect.any(Map),
      warning: undefined,
    })
  })

  it('gives the same when it comes as texts instead of files', async () => {
    await using directory = await writeDirectory(shop)
    const texts = Object.fromEntries(
      Object.entries(shop).map(([file, content]) => [file, JSON.stringify(content, undefined, 2)]),
    )

    const fromDisk = await readAppDirectory(directory.path)
    const fromTexts = await readAppFiles(directory.path, texts)

    expect(fromTexts).toEqual(fromDisk)
  })
})

describe('an exported app of the layout before 2021', () => {
  it('gives one provider for each file, and origins from its security settings', async () => {
    await using directory = await writeDirectory({
      'stitch.json': {
        config_version: 20180301,
        app_id: 'shop-xkqzp',
        name: 'shop',
        security: { allowed_request_origins: ['https://shop.example'] },
        custom_user_data_config: { enabled: false },
        sync: { development_mode_enabled: false },
      },
      'auth_providers/anon-user.json': {
        id: '5c9e9b7d3a2f1b0c8d7e6f5a',
        name: 'anon-user',
        type: 'anon-user',
        disabled: false,
      },
      'auth_providers/api-key.json': { name: 'api-key', type: 'api-key', disabled: true },
    })

    const app = await readAppDirectory(directory.path)

    expect(app).toMatchObject({
      clientAppId: 'shop-xkqzp',
      allowedRequestOrigins: ['https://shop.example'],
      providers: [
        { type: 'anon-user', disabled: false },
        { type: 'api-key', disabled: true },
      ],
      warning: undefined,
    })
  })
})

describe('a directory with mistakes', () => {
  it('names each of them at once, with file, field, what is expected and what is there', async () => {
    const problems = await problemsOf({
      'root_config.json': {
        config_version: 20210101,
        app_id: 5,
        name: 'my shop',
        allowed_request_origins: ['https://shop.example/'],
      },
      'auth/providers.json': {
        'anon-user': { name: 'anon-user', type: 'anon-user', disabled: 'no' },
        'api-key': { type: 'custom-token' },
        'local-userpass': {
          type: 'local-userpass',
          disabled: 0,
          config: { autoConfirm: 1 },
        },
      },
      'regent.json': { refreshTokenSeconds: 60, anonymusDays: 3, migration: { function: 'old' } },
      'mail/confirm.txt': 'Hello',
    })

    expect(problems).toEqual([
      'root_config.json: app_id must be text, not 5',
      'root_config.json: name must be 1 to 32 letters, digits, _ or -, a letter or digit first, not "my shop"',
      'root_config.json: allowed_request_origins[0] must be an origin like https://shop.example or http://localhost:3000, without a path, not "https://shop.example/"',
      'auth/providers.json: anon-user.disabled must be true or false, not "no"',
      'auth/providers.json: api-key.type must be "api-key", as the entry is named',
      'auth/providers.json: local-userpass.disabled must be true or false, not 0',
      'auth/providers.json: local-userpass.config.autoConfirm must be true or false, not 1',
      'regent.json: anonymusDays is no setting: is "anonymousDays" meant?',
      'regent.json: refreshTokenSeconds must be a whole number of seconds from 1800 (30 minutes) to 157680000 (5 years), not 60',
      'mail/confirm.txt: must hold {{link}}, where the link goes',
      'regent.json: migration.function names the function "old", which is not in functions/: there is none',
    ])
  })

  it('says in which line and column a file stops being JSON', async () => {
    const problems = await problemsOf({
      ...shop,
      'root_config.json': '{\n  "config_version": 20210101,\n  // the shop\n  "name": "shop"\n}',
    })

    expect(problems).toEqual(['root_config.json:3:3: JSON has no comments'])
  })

  it('refuses links that run code and subjects of two lines', async () => {
    const problems = await problemsOf(
      withEmailPassword({
        emailConfirmationUrl: 'javascript:alert(1)',
        confirmEmailSubject: 'Hello\r\nBcc: everybody@example.com',
      }),
    )

    expect(problems).toEqual([
      'auth/providers.json: local-userpass.config.emailConfirmationUrl must be a whole address like https://shop.example/confirm, not "javascript:alert(1)"',
      expect.stringContaining('local-userpass.config.confirmEmailSubject must be one line'),
    ])
  })

  it('refuses ids that could leave a folder or a path', async () => {
    for (const app_id of ['../shop', 'shop/x', '.', 'a'.repeat(65), 'shop x', '%2e%2e']) {
      const problems = await problemsOf({
        ...shop,
        'root_config.json': { config_version: 20210101, app_id, name: 'shop' },
      })
      expect(problems).toEqual([
        expect.stringContaining('root_config.json: app_id must be letters'),
      ])
    }
  })

  it('refuses two root files, links out of the folder, huge files and bytes that are no text', async () => {
    await using outside = await writeDirectory({ 'providers.json': shop['auth/providers.json'] })
    await using directory = await writeDirectory({
      ...shop,
      'stitch.json': shop['root_config.json'],
      'regent.json': `"${'x'.repeat(1_048_576)}"`,
      'mail/reset.txt': Uint8Array.of(0xff, 0xfe, 0x00),
    })
    await using linked = await writeDirectory({ 'root_config.json': shop['root_config.json'] })
    await symlink(outside.path, join(linked.path, 'auth'))

    await expect(readAppDirectory(directory.path)).rejects.toMatchObject({
      problems: [
        { file: 'stitch.json', message: 'is a second root file beside root_config.json; keep one' },
        { file: 'regent.json', message: 'is larger than 1 MiB' },
        { file: 'mail/reset.txt', message: 'is not UTF-8 text' },
      ],
    })
    await expect(readAppDirectory(linked.path)).rejects.toMatchObject({
      problems: [
        {
          file: 'auth/providers.json',
          message: 'is a link that leaves the app directory; put the file itself here',
        },
      ],
    })
  })

  it('is read within moments, however many there are', { timeout: 15_000 }, async () => {
    const entries = Array.from({ length: 40_000 }, (_, index) => [`key${index}`, index])
    const key = { type: 'api-key', disabled: false, secret_config: Object.fromEntries(entries) }

    const problems = await problemsOf({ ...shop, 'auth/providers.json': { 'api-key': key } })

    expect(problems).toHaveLength(40_000)
  })

  it('says what to give when there is no folder, a file, or the app is one folder further in', async () => {
    await using directory = await writeDirectory({
      'shop_20260101/root_config.json': shop['root_config.json'],
    })

    await expect(readAppDirectory(join(directory.path, 'nowhere'))).rejects.toThrow(
      'there is no such folder',
    )
    await expect(
      readAppDirectory(join(directory.path, 'shop_20260101/root_config.json')),
    ).rejects.toThrow('this is a file; unpack it and give the folder')
    await expect(readAppDirectory(directory.path)).rejects.toThrow(
      'The folder shop_20260101/ has one: is that the app?',
    )
  })
})

describe('the warning', () => {
  it('lists in one text what the app uses and this server does not serve', async () => {
    await using directory = await writeDirectory({
      ...shop,
      'auth/providers.json': {
        ...shop['auth/providers.json'],
        'api-key': { name: 'api-key', type: 'api-key', disabled: false },
        'oauth2-google': { name: 'oauth2-google', type: 'oauth2-google', disabled: true },
      },
      'data_sources/mongodb-atlas/config.json': {
        name: 'mongodb-atlas',
        type: 'mongodb-atlas',
        config: { flexible_sync: { state: 'enabled' }, wireProtocolEnabled: true },
      },
      'services/sms/config.json': { name: 'sms', type: 'twilio' },
      'services/web/config.json': { name: 'web', type: 'http' },
      'http_endpoints/config.json': [{ route: '/total', function_name: 'total' }],
      'log_forwarders/all.json': { name: 'all' },
      'sync/config.json': { type: 'flexible', state: 'enabled' },
      'hosting/files/index.html': '<p>hello</p>',
      'mail/welcome.txt': 'hello',
    })

    const { warning, httpServices } = await readAppDirectory(directory.path)

    expect(httpServices).toEqual(['web'])
    expect(warning).toBe(
      'not served yet: services/ (sms: twilio), http_endpoints/, log_forwarders/; not offered: Device Sync, the wire protocol, static hosting; ignored: mail/welcome.txt',
    )
  })

  it('is silent about the empty files that every export has', async () => {
    await using directory = await writeDirectory({
      ...shop,
      'auth/custom_user_data.json': { enabled: false },
      'environments/production.json': { values: {} },
      'functions/config.json': [],
      'graphql/config.json': { use_natural_pluralization: true },
      'hosting/config.json': { enabled: false, app_default_domain: 'shop.example' },
      'http_endpoints/config.json': [],
      'http_endpoints/data_api_config.json': { disabled: true, versions: ['v1'] },
      'log_forwarders/.gitkeep': '',
      'sync/config.json': { development_mode_enabled: false },
      'README.md': '# shop',
    })

    expect((await readAppDirectory(directory.path)).warning).toBeUndefined()
  })

  it('names files and folders that are nearly called like those of an app', async () => {
    await using directory = await writeDirectory({
      ...shop,
      'function/total.js': 'exports = () => 1',
      'data-sources/db/config.json': {},
      'README.md': 'hello',
      'package.json': {},
    })

    expect((await readAppDirectory(directory.path)).warning).toBe(
      'ignored: data-sources (is "data_sources" meant?), function (is "functions" meant?)',
    )
  })

  it('says so when nobody can log in, and which fields nothing reads', async () => {
    await using directory = await writeDirectory(withEmailPassword({ automatic: true }, true))

    expect((await readAppDirectory(directory.path)).warning).toBe(
      'ignored: local-userpass automatic; nobody can log in: no auth provider is enabled',
    )
  })
})

describe('settings and letters of our own', () => {
  it('come from regent.json and mail/, and change the digest', async () => {
    await using directory = await writeDirectory(shop)
    const before = await readAppDirectory(directory.path)
    await directory.write({
      'regent.json': { refreshTokenSeconds: 1800, anonymousDays: 0, deletionGraceDays: 30 },
      'mail/confirm.subject': 'Hello\n',
      'mail/confirm.html': '<a href="{{link}}">yes</a>',
    })

    const after = await readAppDirectory(directory.path)

    expect(after).toMatchObject({
      refreshTokenSeconds: 1800,
      anonymousDays: 0,
      deletionGraceDays: 30,
      mail: { confirm: { subject: 'Hello', html: '<a href="{{link}}">yes</a>' } },
    })
    expect(after.digest).not.toBe(before.digest)
  })

  it('keep their digest when a file changes that is no part of the app', async () => {
    await using directory = await writeDirectory(shop)
    const before = await readAppDirectory(directory.path)
    await directory.write({ 'README.md': 'new', 'auth/.providers.json.swp': 'x' })

    expect((await readAppDirectory(directory.path)).digest).toBe(before.digest)
  })
})
