import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { AppDirectory } from '../../src/apps/directory.ts'
import { readAppDirectory, readAppFiles } from '../../src/apps/read-directory.ts'

const texts = ({ files = new Map() }: AppDirectory): Record<string, string> =>
  Object.fromEntries([...files].map(([path, bytes]) => [path, Buffer.from(bytes).toString()]))

/** What counts of a directory, without where it was and how it was written. */
const said = (directory: AppDirectory) => {
  const { path, digest, files, functionFiles, secrets, secretPlaces, warning, ...rest } = directory
  return rest
}

const fixture = (name: string): string => join(import.meta.dirname, 'fixtures', name)

describe('a directory of the layout before 2021', () => {
  it('is kept in the layout since then, and says the same', async () => {
    const before = await readAppDirectory(fixture('forum'))

    const after = await readAppFiles('/kept', before.files ?? new Map(), {
      handed: { find: name => before.secrets[name], unused: () => [] },
    })

    expect(said(after)).toEqual(said(before))
    const paths = [...(before.files ?? new Map()).keys()].toSorted()
    expect(paths).toEqual([
      'auth/custom_user_data.json',
      'auth/providers.json',
      'data_sources/mongodb-atlas/config.json',
      'functions/config.json',
      'functions/confirm.js',
      'functions/login.js',
      'functions/total.js',
      'hosting/config.json',
      'root_config.json',
      'sync/config.json',
      'triggers/onLogin.json',
    ])
    expect(texts(after)).toEqual(texts(before))
  })

  it('keeps sources as they were, and the values of secrets nowhere', async () => {
    const directory = await readAppDirectory(fixture('forum'))
    const kept = texts(directory)

    expect(kept['functions/total.js']).toBe(
      await readFile(join(fixture('forum'), 'functions/total/source.js'), 'utf8'),
    )
    const values = Object.values(directory.secrets).filter(value => value.length > 3)
    expect(values.length).toBeGreaterThan(0)
    for (const value of values) expect(JSON.stringify(kept)).not.toContain(value)
  })

  it('gives rules of collections, hosting, sync and the Data API their places', async () => {
    const root = {
      config_version: 20200603,
      app_id: 'shop-xkqzp',
      name: 'shop',
      security: { allowed_request_origins: ['https://shop.example'] },
      hosting: { enabled: true, custom_domain: 'shop.example' },
      sync: { development_mode_enabled: true },
    }
    const orders = '{"database":"shop","collection":"orders.old","roles":[]}'
    const { files = new Map() } = await readAppFiles('/shop', {
      'stitch.json': JSON.stringify(root),
      'services/atlas/config.json': JSON.stringify({ name: 'atlas', type: 'mongodb-atlas' }),
      'services/atlas/rules/shop.orders.old.json': orders,
      'services/mail/config.json': JSON.stringify({ name: 'mail', type: 'aws' }),
      'data_api_config.json': '{"disabled":true}',
      'hosting/files/index.html': '<p>',
    })

    const kept = texts({ files } as AppDirectory)

    expect(kept['data_sources/atlas/shop/orders.old/rules.json']).toBe(orders)
    expect(JSON.parse(kept['root_config.json'] ?? '')).toEqual({
      config_version: 20210101,
      app_id: 'shop-xkqzp',
      name: 'shop',
      allowed_request_origins: ['https://shop.example'],
    })
    expect(JSON.parse(kept['hosting/config.json'] ?? '')).toEqual(root.hosting)
    expect(JSON.parse(kept['sync/config.json'] ?? '')).toEqual(root.sync)
    expect(kept['http_endpoints/data_api_config.json']).toBe('{"disabled":true}')
    expect(Object.keys(kept)).toEqual(
      expect.arrayContaining(['services/mail/config.json', 'hosting/files/index.html']),
    )
  })
})

describe('values of secrets in a directory', () => {
  it('are named where they stood, and kept apart', async () => {
    const address = 'mongodb://ada:hush@db.example/shop'
    const directory = await readAppFiles('/shop', {
      'root_config.json': JSON.stringify({ config_version: 20210101, name: 'shop' }),
      'auth/providers.json': JSON.stringify({
        'custom-token': {
          name: 'custom-token',
          type: 'custom-token',
          disabled: false,
          config: { signingAlgorithm: 'HS256', signingKey: 'hush-hush-hush-hush-hush-hush-hush' },
        },
      }),
      'data_sources/db/config.json': JSON.stringify({
        name: 'db',
        type: 'mongodb',
        config: { uri: address },
      }),
    })

    const kept = texts(directory)

    expect(JSON.stringify(kept)).not.toContain('hush')
    expect(directory.secrets).toMatchObject({ __db_address: address })
    const again = await readAppFiles('/kept', directory.files ?? new Map(), {
      handed: { find: name => directory.secrets[name], unused: () => [] },
    })
    expect(said(again)).toEqual(said(directory))
    expect(texts(again)).toEqual(kept)
  })
})
