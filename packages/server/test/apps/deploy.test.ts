import { describe, expect, it } from 'vitest'
import { keepFiles } from '../../src/apps/definition/kept-files.ts'
import { deployApp } from '../../src/apps/deploy.ts'
import type { AppDirectory } from '../../src/apps/directory.ts'
import { readAppFiles } from '../../src/apps/read-directory.ts'
import type { App } from '../../src/domain/app.ts'
import { startTestServer } from '../../testing/start-server.ts'
import { newId } from '../deps/open-deps.ts'
import { shop, writeDirectory } from './write-directory.ts'

type Shop = { readonly appId?: string; readonly name?: string; readonly days?: number }

/** The shop's directory; another number of days makes another digest. */
const shopDirectory = ({ appId, name = 'shop', days = 90 }: Shop = {}): Promise<AppDirectory> =>
  readAppFiles('/shop', {
    'root_config.json': JSON.stringify({ config_version: 20210101, app_id: appId, name }),
    'auth/providers.json': JSON.stringify(shop['auth/providers.json']),
    'regent.json': JSON.stringify({ anonymousDays: days }),
  })

const providerIds = ({ providers }: App): Record<string, string> =>
  Object.fromEntries(providers.map(({ type, id }) => [type, id]))

describe('deploying a directory', () => {
  it('keeps its app_id and makes the app known at once', async () => {
    await using server = await startTestServer()

    const { app, outcome, number } = await deployApp(
      server.deps,
      await shopDirectory({ appId: 'shop-xkqzp' }),
    )

    expect({ outcome, number }).toEqual({ outcome: 'deployed', number: 1 })
    expect(app).toMatchObject({ clientAppId: 'shop-xkqzp', name: 'shop', anonymousDays: 90 })
    expect(await server.deps.store.apps.findByClientAppId('shop-xkqzp')).toEqual(app)
    const location = await server.request('GET', '/api/client/v2.0/app/shop-xkqzp/location')
    expect(location.status).toBe(200)
  })

  it('changes nothing when it runs already, also after a restart', async () => {
    await using folder = await writeDirectory({})
    const first = await startTestServer({ dataDir: folder.path })
    const before = await deployApp(first.deps, await shopDirectory())
    await first.stop()

    await using second = await startTestServer({ dataDir: folder.path })
    const after = await deployApp(second.deps, await shopDirectory())

    expect(after).toEqual({ app: before.app, outcome: 'unchanged', number: 1 })
  })

  it('leaves the store alone when it was deployed before and something newer runs', async () => {
    await using server = await startTestServer()
    const old = await shopDirectory({ days: 1 })
    await deployApp(server.deps, old)
    await deployApp(server.deps, await shopDirectory({ days: 2 }))

    const { app, outcome, number } = await deployApp(server.deps, old)

    expect({ outcome, number, days: app.anonymousDays }).toEqual({
      outcome: 'store-newer',
      number: 2,
      days: 2,
    })
    expect(server.logs()).toContainEqual(
      expect.objectContaining({
        level: 40,
        msg: 'not deployed: it was deployed before, and something newer runs',
        app: app.clientAppId,
        deployment: 2,
        directory: '/shop',
      }),
    )
  })

  it('brings an older one back when somebody asks for it now, and counts it', async () => {
    await using server = await startTestServer()
    const old = await shopDirectory({ days: 1 })
    await deployApp(server.deps, old)
    await deployApp(server.deps, await shopDirectory({ days: 2 }))

    const again = await deployApp(server.deps, old, { when: 'not-running' })
    const twice = await deployApp(server.deps, old, { when: 'not-running' })

    expect(again).toMatchObject({ outcome: 'deployed', number: 3, app: { anonymousDays: 1 } })
    expect(twice).toMatchObject({ outcome: 'unchanged', number: 3 })
  })

  it('takes a push for no deployment of the directory', async () => {
    await using server = await startTestServer()
    await deployApp(server.deps, await shopDirectory({ days: 1 }))
    const pushed = await shopDirectory({ days: 2 })
    await deployApp(server.deps, pushed, { origin: 'push', when: 'not-running' })
    await deployApp(server.deps, await shopDirectory({ days: 3 }))

    expect(await deployApp(server.deps, pushed)).toMatchObject({ outcome: 'deployed', number: 4 })
  })

  it('logs in one text what is not served', async () => {
    await using server = await startTestServer()
    const directory = { ...(await shopDirectory()), warning: 'not served yet: functions/' }

    await deployApp(server.deps, directory)

    expect(server.logs()).toContainEqual(
      expect.objectContaining({
        level: 40,
        msg: 'parts of the app are not served',
        parts: 'not served yet: functions/',
      }),
    )
  })
})

describe('a directory without app_id', () => {
  it('gets its name and five letters, and is the same app from then on', async () => {
    await using server = await startTestServer()

    const first = await deployApp(server.deps, await shopDirectory({ days: 1 }))
    const second = await deployApp(server.deps, await shopDirectory({ days: 2 }))

    expect(first.app.clientAppId).toMatch(/^shop-[a-z]{5}$/)
    expect(second).toMatchObject({
      outcome: 'deployed',
      number: 2,
      app: { id: first.app.id, clientAppId: first.app.clientAppId, anonymousDays: 2 },
    })
  })

  it('belongs to the app of its name that has an app_id', async () => {
    await using server = await startTestServer()
    await deployApp(server.deps, await shopDirectory({ appId: 'shop-xkqzp', days: 1 }))

    const { app } = await deployApp(server.deps, await shopDirectory({ days: 2 }))

    expect(app).toMatchObject({ clientAppId: 'shop-xkqzp', anonymousDays: 2 })
  })

  it('is refused when several apps have its name', async () => {
    await using server = await startTestServer()
    await deployApp(server.deps, await shopDirectory({ appId: 'shop-aaaaa' }))
    await deployApp(server.deps, await shopDirectory({ appId: 'shop-bbbbb' }))

    await expect(deployApp(server.deps, await shopDirectory())).rejects.toThrow(
      'root_config.json: app_id is missing: there are several apps named "shop" (shop-aaaaa, shop-bbbbb)',
    )
  })
})

describe('provider ids', () => {
  it('stay the same when a provider is taken out and comes back, and differ between apps', async () => {
    await using server = await startTestServer()
    const whole = await shopDirectory({ appId: 'shop-aaaaa' })
    const less = {
      ...whole,
      digest: 'less',
      files: new Map(),
      providers: whole.providers.slice(0, 1),
    }
    const before = await deployApp(server.deps, whole)
    await deployApp(server.deps, less)

    const after = await deployApp(server.deps, whole, { when: 'not-running' })
    const other = await deployApp(server.deps, await shopDirectory({ appId: 'shop-bbbbb' }))

    expect(providerIds(after.app)).toEqual(providerIds(before.app))
    const ids = [before, other].flatMap(({ app }) => Object.values(providerIds(app)))
    expect(new Set(ids).size).toBe(4)
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{24}$/)
  })
})

describe('deployments that meet', () => {
  it('make one app with numbers of their own, whichever ends last', async () => {
    await using server = await startTestServer()
    const directories = await Promise.all(
      [1, 2, 3, 4].map(days => shopDirectory({ appId: 'shop-xkqzp', days })),
    )

    const results = await Promise.all(directories.map(each => deployApp(server.deps, each)))

    expect(new Set(results.map(({ app }) => app.id)).size).toBe(1)
    expect(results.map(({ number }) => number).toSorted()).toEqual([1, 2, 3, 4])
    const running = await server.deps.store.apps.findByClientAppId('shop-xkqzp')
    expect(results.map(({ app }) => app)).toContainEqual(running)
  })

  it('are counted at the next start when a crash came between', async () => {
    await using server = await startTestServer()
    const directory = await shopDirectory({ appId: 'shop-xkqzp', days: 1 })
    const { app } = await deployApp(server.deps, directory)
    const next = await shopDirectory({ appId: 'shop-xkqzp', days: 2 })
    const tree = await keepFiles(server.deps, app.id, next.files ?? new Map())
    const deployment = { id: newId(), number: 2, origin: 'directory' as const }
    const { digest } = next
    await server.deps.store.apps.put({ ...app, anonymousDays: 2, digest, tree, deployment })

    expect(await deployApp(server.deps, next, { when: 'not-running' })).toMatchObject({
      outcome: 'unchanged',
      number: 2,
    })
    expect(await deployApp(server.deps, next)).toMatchObject({ outcome: 'unchanged', number: 2 })
    const [last] = await server.deps.store.deployments.list(app.id, { limit: 1 })
    expect(last).toMatchObject({ ...deployment, digest, tree })
  })
})

describe('secrets of a directory', () => {
  const withSecret = async (secrets: Readonly<Record<string, string>> = {}) =>
    readAppFiles('/shop', {
      'root_config.json': JSON.stringify({
        config_version: 20210101,
        app_id: 'shop-xkqzp',
        name: 'shop',
      }),
      'values/maps.json': JSON.stringify({ name: 'maps', value: 'maps-key', from_secret: true }),
      'secrets.json': JSON.stringify(secrets),
    })

  it('are kept with the app, sealed, and changed ones at once though nothing else changed', async () => {
    await using server = await startTestServer()
    const { app } = await deployApp(server.deps, await withSecret({ 'maps-key': 'hush-1' }))
    const read = () => server.deps.appSecrets.read(app.id, 'maps-key')
    expect(await read()).toBe('hush-1')

    const again = await deployApp(server.deps, await withSecret({ 'maps-key': 'hush-2' }))

    expect(again.outcome).toBe('unchanged')
    expect(await read()).toBe('hush-2')
    expect(JSON.stringify(again.app)).not.toContain('hush')
    expect(JSON.stringify(server.logs())).not.toContain('hush')
  })

  it('may be there already, and are missing until somebody gives them', async () => {
    await using server = await startTestServer()
    const without = await withSecret()
    await expect(deployApp(server.deps, without)).rejects.toThrow(
      'values/maps.json: value names the secret "maps-key", which has no value: give it in secrets.json, with --secrets <file.json>, or as REGENT_SECRET_MAPS_KEY',
    )
    expect(await server.deps.store.apps.findByClientAppId('shop-xkqzp')).toBeUndefined()

    await deployApp(server.deps, await withSecret({ 'maps-key': 'hush' }))
    const again = await deployApp(server.deps, { ...without, digest: 'another' })

    expect(again.outcome).toBe('deployed')
    expect(await server.deps.appSecrets.read(again.app.id, 'maps-key')).toBe('hush')
  })
})

describe('functions of a directory', () => {
  const withFunctions = (files: Readonly<Record<string, string>>, version = 20210101) =>
    readAppFiles('/shop', {
      [version === 20210101 ? 'root_config.json' : 'config.json']: JSON.stringify({
        config_version: version,
        app_id: 'shop-xkqzp',
        name: 'shop',
      }),
      ...files,
    })
  const good = { 'functions/total.js': 'exports = (a, b) => a + b' }

  it('keep the whole directory from being deployed when they do not compile', async () => {
    await using server = await startTestServer()
    await deployApp(server.deps, await withFunctions(good))
    const broken = withFunctions({
      ...good,
      'functions/orders/sum.js': 'exports = () => {\n  return 1 +\n}',
      'functions/nothing.js': 'const a = 1',
    })

    await expect(broken).rejects.toThrow(
      "2 problems:\n  functions/nothing.js: assigns nothing to exports\n  functions/orders/sum.js:3:1: Unexpected token '}'",
    )
    const running = await server.deps.store.apps.findByClientAppId('shop-xkqzp')
    expect(running?.functions.map(({ name }) => name)).toEqual(['total'])
  })

  it('of the layout before 2021 are named by their own files', async () => {
    const broken = withFunctions(
      { 'functions/sum/config.json': '{"name":"sum"}', 'functions/sum/source.js': 'exports = (' },
      20200603,
    )

    await expect(broken).rejects.toThrow('functions/sum/source.js:')
  })

  it('keep it from being deployed when their packages cannot be installed', async () => {
    await using server = await startTestServer()
    const broken = await withFunctions({
      ...good,
      'functions/package.json': '{ "dependencies": { "no-such": "file:./nowhere" } }',
      'functions/package-lock.json': '{ "lockfileVersion": 3, "packages": {} }',
    })

    await expect(deployApp(server.deps, broken)).rejects.toThrow('functions/package.json: ')

    expect(await server.deps.store.apps.findByClientAppId('shop-xkqzp')).toBeUndefined()
    expect(server.logs()).toContainEqual(
      expect.objectContaining({ msg: 'installing the packages of functions', app: 'shop-xkqzp' }),
    )
  })
})
