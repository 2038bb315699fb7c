import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeFolder } from './process.ts'
import { type RunOptions, run } from './terminal.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ app: [] })
})
afterAll(() => server[Symbol.asyncDispose]())

const cli = (argv: readonly string[], options: RunOptions = {}) =>
  run([...argv, '--data', server.dataDir], options)

type Files = Readonly<Record<string, unknown>>

const write = async (folder: string, files: Files): Promise<void> => {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(
      file,
      typeof content === 'string' || content instanceof Uint8Array
        ? content
        : JSON.stringify(content, undefined, 2),
    )
  }
}

/** Every file below a folder, by its path. */
const read = async (folder: string): Promise<Record<string, string>> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter(entry => entry.isFile())
  const read = files.map(async ({ parentPath, name }) => {
    const path = join(parentPath, name)
    return [path.slice(folder.length + 1), await readFile(path, 'base64')] as const
  })
  return Object.fromEntries(await Promise.all(read))
}

const shop = (name: string): Files => ({
  'root_config.json': { config_version: 20210101, app_id: `${name}-aaaaa`, name },
  'auth/providers.json': { 'anon-user': { name: 'anon-user', type: 'anon-user', disabled: false } },
  'functions/total.js': 'exports = (a, b) => a + b\n',
  'values/rate.json': '{"name": "rate", "value": 1.0}',
  'hosting/files/dot.png': Uint8Array.from([137, 80, 78, 71, 0, 255]),
})

describe('regent push', () => {
  it('says item by item what would change, changes nothing, and then does it', async () => {
    await using folder = await makeFolder()
    await write(folder.path, shop('plan'))

    const plan = await cli(['push', folder.path, '--dry-run'])
    const before = await server.deps.store.apps.findByClientAppId('plan-aaaaa')
    const first = await cli(['push', folder.path])
    await write(folder.path, { 'functions/total.js': 'exports = (a, b) => b + a\n' })
    await rm(join(folder.path, 'values/rate.json'))
    const change = await cli(['push', folder.path, '--dry-run'])
    const second = await cli(['push', '.'], { cwd: folder.path })
    const third = await cli(['push', folder.path])
    const idle = await cli(['push', folder.path, '--dry-run'])

    expect(plan).toMatchObject({ code: 0, err: '' })
    expect(plan.out).toContain('+ function total\n    + exports = (a, b) => a + b\n')
    expect(plan.out).toContain('+ value rate\n')
    expect(plan.out).toMatch(/Nothing was changed\. It would be, in a new app: 5 added\.\n$/)
    expect(before).toBeUndefined()
    expect(first.out).toContain('+ function total\n')
    expect(first.out).toContain('! not offered: static hosting\n')
    expect(first.out).toContain('✓ plan-aaaaa runs as deployment 1: 5 added.\n')
    expect(change.out).toBe(
      [
        '~ function total',
        '    - exports = (a, b) => a + b',
        '    + exports = (a, b) => b + a',
        '      ',
        '- value rate',
        '    - {',
        '    -   "name": "rate",',
        '    -   "value": 1.0',
        '    - }',
        '! not offered: static hosting',
        'Nothing was changed. It would be, in plan-aaaaa: 1 changed, 1 removed.',
        '',
      ].join('\n'),
    )
    expect(second.out).toContain('✓ plan-aaaaa runs as deployment 2: 1 changed, 1 removed.\n')
    expect(third.out).toContain('plan-aaaaa runs like that already, as deployment 2.\n')
    expect(idle.out).toBe('! not offered: static hosting\nNothing would change in plan-aaaaa.\n')
  })

  it('names every mistake of every kind in one list, and deploys nothing', async () => {
    await using folder = await makeFolder()
    await write(folder.path, {
      ...shop('wrong'),
      'root_config.json': {
        config_version: 20210101,
        app_id: 'wrong-aaaaa',
        name: 'wrong',
        allowed_request_origins: ['shop.example'],
      },
      'auth/providers.json': {
        'anon-user': { name: 'anon-user', type: 'anon-user', disabled: 'no' },
        'local-userpas': { name: 'local-userpas', type: 'local-userpas', disabled: false },
        'custom-function': {
          name: 'custom-function',
          type: 'custom-function',
          disabled: false,
          config: { authFunctionName: 'totl' },
        },
        'oauth2-google': {
          name: 'oauth2-google',
          type: 'oauth2-google',
          disabled: false,
          config: { clientId: 'x' },
          secret_config: { clientSecret: 'googleSecret' },
        },
      },
      'auth/custom_user_data.json': {
        enabled: true,
        mongo_service_name: 'mongodb-atls',
        database_name: 'shop',
        collection_name: 'people',
        user_id_field: 'owner',
      },
      'data_sources/mongodb-atlas/config.json': {
        name: 'mongodb-atlas',
        config: { readPreference: 'secondry' },
      },
      'data_sources/mongodb-atlas/shop/orders/rules.json': {
        database: 'shop',
        collection: 'orders',
        roles: [{ name: 'all', apply_when: {}, raed: true }],
      },
      'functions/config.json': [{ name: 'gone', private: 'yes' }],
      'functions/broken.js': 'exports = () => {\n  return 1 +\n}\n',
      'triggers/hello.json':
        '{\n  "name": "hello",\n  "type": "AUTHENTICATION",\n  "config": { "operation_type": "LOGIN" "providers": [] }\n}\n',
      'values/rate.json': { name: 'a rate', value: 1 },
      'http_endpoints/config.json': '[{},]',
      'regent.json': { anonymusDays: 3 },
      'mail/confirm.txt': 'no link',
    })

    const { code, out, err } = await cli(['push', folder.path])

    expect({ code, out }).toEqual({ code: 1, out: '' })
    const expected = [
      'root_config.json: allowed_request_origins[0] must be an origin',
      'auth/providers.json: anon-user.disabled must be true or false, not "no"',
      'auth/providers.json: local-userpas is no auth provider: is "local-userpass" meant?',
      'custom-function.config.authFunctionName names the function "totl", which is not in functions/: is "total" meant?',
      'auth/providers.json: oauth2-google.secret_config.clientSecret names the secret "googleSecret", which has no value: give it in secrets.json, with --secrets <file.json>, or as REGENT_SECRET_GOOGLESECRET',
      'auth/custom_user_data.json: mongo_service_name names the data source "mongodb-atls", which is not in data_sources/: is "mongodb-atlas" meant?',
      'data_sources/mongodb-atlas/config.json: config.readPreference must be one of',
      'roles[0].raed is no field of this: is "read" meant?',
      'functions/config.json: [0].private must be true or false, not "yes"',
      "functions/broken.js:3:1: Unexpected token '}'",
      'triggers/hello.json:4:41: expected a comma or }, found "\\""',
      'values/rate.json: name must be 1 to 64 letters, digits, _ or -, not "a rate"',
      'http_endpoints/config.json:1:5: a comma before ] is one too many',
      'regent.json: anonymusDays is no setting',
      'mail/confirm.txt: must hold {{link}}',
    ]
    for (const text of expected) expect(err).toContain(text)
    expect(err).toMatch(/cannot be deployed, 15 problems:/)
    expect(await server.deps.store.apps.findByClientAppId('wrong-aaaaa')).toBeUndefined()
    const dryRun = await cli(['push', folder.path, '--dry-run'])
    expect({ code: dryRun.code, err: dryRun.err }).toEqual({ code: 1, err })
  })

  it('takes secrets from a file, from the environment and from what is kept', async () => {
    await using folder = await makeFolder()
    const value = (name: string) => ({ name, value: name, from_secret: true })
    await write(folder.path, {
      ...shop('hush'),
      'values/one.json': value('one'),
      'values/two.json': value('two'),
      'given.json': { one: 'from-the-file' },
    })
    const file = join(folder.path, 'given.json')

    const without = await cli(['push', folder.path])
    const half = await cli(['push', folder.path, '--secrets', file])
    const env = { REGENT_SECRET_TWO: 'from-the-environment' }
    const whole = await cli(['push', folder.path, '--secrets', file], { env })
    await write(folder.path, { 'values/three.json': { name: 'three', value: 3 } })
    const again = await cli(['push', folder.path])

    expect(without.err).toContain('names the secret "one", which has no value')
    expect(without.err).toContain('names the secret "two", which has no value')
    expect(half.err).not.toContain('"one"')
    expect(half.err).toContain('values/two.json: value names the secret "two"')
    expect([without.code, half.code, whole.code, again.code]).toEqual([1, 1, 0, 0])
    const app = await server.deps.store.apps.findByClientAppId('hush-aaaaa')
    expect(await server.deps.appSecrets.read(app?.id ?? '', 'two')).toBe('from-the-environment')
    expect(JSON.stringify(server.logs())).not.toContain('from-the-')
  })

  it('deploys to another app than the directory says', async () => {
    await using folder = await makeFolder()
    await write(folder.path, shop('from'))
    const made = await cli(['apps', 'create', 'staging', '--json'])
    const { clientAppId } = JSON.parse(made.out) as { clientAppId: string }

    const pushed = await cli(['push', folder.path, '--app', clientAppId])

    expect(pushed.out).toContain(`✓ ${clientAppId} runs as deployment 1`)
    expect(await server.deps.store.apps.findByClientAppId('from-aaaaa')).toBeUndefined()
  })

  it('says what to do about a folder that is not there', async () => {
    const { code, err } = await cli(['push', '/nowhere'])

    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('no such folder') })
  })
})

describe('regent pull', () => {
  it('gives the directory back byte by byte, and brings a changed one up to date', async () => {
    await using folder = await makeFolder()
    const [from, to] = [join(folder.path, 'from'), join(folder.path, 'to')]
    await write(from, shop('pull'))
    await cli(['push', from])

    const first = await cli(['pull', to, '--app', 'pull-aaaaa'])
    const pulled = await read(to)
    await write(to, {
      'functions/extra.js': 'exports = () => 1',
      'values/rate.json': '{}',
      'notes.txt': 'mine',
      'secrets.json': '{}',
    })
    const second = await cli(['pull', to, '--app', 'pull-aaaaa'])

    expect(first.out).toContain(`✓ pull-aaaaa is in ${to}: 5 files written.`)
    expect(pulled).toEqual(await read(from))
    expect(second.out).toContain('- functions/extra.js\n')
    expect(second.out).toContain('1 file written, 1 removed')
    const mine = { 'notes.txt': expect.any(String), 'secrets.json': expect.any(String) }
    expect(await read(to)).toEqual({ ...(await read(from)), ...mine })
  })

  it('writes over nothing that is another app, or none', async () => {
    await using folder = await makeFolder()
    const [mine, other] = [join(folder.path, 'mine'), join(folder.path, 'other')]
    await write(mine, { 'novel.txt': 'chapter 1' })
    await write(other, shop('other'))
    await cli(['push', other])
    await write(other, { 'root_config.json': { app_id: 'third-aaaaa', name: 'third' } })

    const intoMine = await cli(['pull', mine, '--app', 'other-aaaaa'])
    const intoOther = await cli(['pull', other, '--app', 'other-aaaaa'])

    expect(intoMine.err).toContain(`✗ ${mine} holds files that are no app directory.`)
    expect(intoOther.err).toContain(`✗ ${other} holds third-aaaaa, not other-aaaaa.`)
    expect([intoMine.code, intoOther.code]).toEqual([1, 1])
    expect(Object.keys(await read(mine))).toEqual(['novel.txt'])
  })
})

describe('regent deployments', () => {
  it('lists them with their numbers, and brings an earlier one back as a new one', async () => {
    await using folder = await makeFolder()
    const app = ['--app', 'back-aaaaa']
    await write(folder.path, shop('back'))
    await cli(['push', folder.path])
    await write(folder.path, { 'functions/total.js': 'exports = () => 0\n' })
    await cli(['push', folder.path])

    const back = await cli(['deployments', 'rollback', '1', ...app])
    const again = await cli(['deployments', 'rollback', '1', ...app])
    const unknown = await cli(['deployments', 'rollback', '9', ...app])
    const listed = await cli(['deployments', 'list', ...app])
    const json = await cli(['deployments', 'list', '--json', '--limit', '1', ...app])
    const earlier = await cli(['pull', join(folder.path, 'two'), '--deployment', '2', ...app])

    expect(back.out).toBe('✓ back-aaaaa runs as deployment 3, which is like deployment 1.\n')
    expect(again.out).toBe('back-aaaaa runs like deployment 1 already.\n')
    expect(unknown.err).toContain('✗ The app back-aaaaa has no deployment 9.')
    expect(listed.out.split('\n').map(line => line.split(/\s{2,}/)[0])).toEqual([
      ...['number', '3', '2', '1', ''],
    ])
    expect(JSON.parse(json.out)).toMatchObject([
      { number: 3, origin: 'rollback', name: 'deployment 1 again' },
    ])
    const running = await server.deps.store.apps.findByClientAppId('back-aaaaa')
    expect(running?.functions).toMatchObject([{ source: 'exports = (a, b) => a + b\n' }])
    expect(earlier.code).toBe(0)
    expect(await readFile(join(folder.path, 'two/functions/total.js'), 'utf8')).toBe(
      'exports = () => 0\n',
    )
  })
})

describe('regent apps', () => {
  it('lists, makes and deletes apps; deleting asks to be sure', async () => {
    const made = await cli(['apps', 'create', 'brief'])
    const [, id = ''] = /✓ (brief-[a-z]{5}) is there/.exec(made.out) ?? []

    const unsure = await cli(['apps', 'delete', id])
    const listed = await cli(['apps', 'list'])
    const deleted = await cli(['apps', 'delete', id, '--yes'])

    expect(unsure.err).toContain(`✗ Deleting ${id} deletes its users`)
    expect(listed.out).toContain(id)
    expect(deleted.out).toContain(`✓ ${id} is deleted`)
    expect((await cli(['apps', 'list'])).out).not.toContain(id)
  })
})
