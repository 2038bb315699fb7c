import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type CliProcess, makeFolder, quickstart, startCli } from './process.ts'

const providers = (entries: Readonly<Record<string, unknown>>): string => JSON.stringify(entries)
const anonymous = { 'anon-user': { type: 'anon-user' } }

/** `regent dev` on a copy of the quickstart that tests may change. */
const startDev = async (
  options: readonly string[] = [],
): Promise<AsyncDisposable & { cli: CliProcess; app: string; url: string; data: string }> => {
  const folder = await makeFolder()
  const app = join(folder.path, 'app')
  const data = join(folder.path, 'data')
  await cp(quickstart, app, { recursive: true })
  const cli = startCli(['dev', app, '--port', '0', '--data', data, ...options])
  const said = await cli.waitFor(/Ctrl-C stops it/)
  return {
    cli,
    app,
    data,
    url: /address +(\S+)/.exec(said)?.[1] ?? '',
    [Symbol.asyncDispose]: async () => {
      await cli[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

const provider = (url: string, name: string): string =>
  `${url}/api/client/v2.0/app/quickstart-aaaaa/auth/providers/${name}`

const post = (url: string, json: unknown): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(json),
  })

describe('regent dev', () => {
  it('says where it answers, the app id, the next command and the first lines of code', async () => {
    await using dev = await startDev()

    expect(dev.cli.said()).toMatch(/app id +quickstart-aaaaa +deployed, number 1/)
    expect(dev.cli.said()).toContain(`regent demo --data ${dev.data}`)
    expect(dev.cli.said()).toContain(`new App({ id: 'quickstart-aaaaa', baseUrl: '${dev.url}' })`)
    dev.cli.kill('SIGINT')
    expect(await dev.cli.ended).toBe(0)
    expect(dev.cli.said()).toContain('Stopping: requests under way end first.')
  })

  it('prints requests and letters as lines for people', async () => {
    await using dev = await startDev()
    const email = 'ada@example.com'

    await post(`${provider(dev.url, 'local-userpass')}/register`, {
      email,
      password: 'correct horse',
    })
    await post(`${provider(dev.url, 'local-userpass')}/login`, {
      username: email,
      password: 'wrong',
    })

    const said = await dev.cli.waitFor(/invalidPassword/)
    expect(said).toMatch(
      /\d\d:\d\d:\d\d {2}letter to ada@example\.com: Confirm your e-mail address\n +http\S+token=\S+/,
    )
    expect(said).toMatch(/201 POST {3}auth\/providers\/local-userpass\/register {2}[\d.]+ ms/)
    expect(said).not.toContain('"level"')
  })

  it('deploys a change at once, and says so', async () => {
    await using dev = await startDev()
    const login = `${provider(dev.url, 'anon-user')}/login`
    expect((await post(login, {})).status).toBe(200)

    await writeFile(
      join(dev.app, 'auth/providers.json'),
      providers({ 'anon-user': { type: 'anon-user', disabled: true } }),
    )

    const said = await dev.cli.waitFor(/deployed, number 2/)
    expect(said).toContain('nobody can log in: no auth provider is enabled')
    expect((await post(login, {})).status).toBe(404)
  })

  it('names mistakes and keeps the deployment before them, until they are corrected', async () => {
    await using dev = await startDev()
    const file = join(dev.app, 'auth/providers.json')

    await writeFile(file, '{ "anon-user": ')
    const said = await dev.cli.waitFor(/the deployment before it keeps running/)
    expect(said).toContain('auth/providers.json:1:16: the file ends too early, expected a value')
    expect((await post(`${provider(dev.url, 'anon-user')}/login`, {})).status).toBe(200)

    await writeFile(file, providers(anonymous))
    await dev.cli.waitFor(/deployed, number 2/)
  })

  it('sees files that editors replace and folders that come later', async () => {
    await using dev = await startDev()

    await writeFile(join(dev.app, 'auth/next'), providers(anonymous))
    await rename(join(dev.app, 'auth/next'), join(dev.app, 'auth/providers.json'))
    await dev.cli.waitFor(/deployed, number 2/)

    await mkdir(join(dev.app, 'mail'))
    await writeFile(join(dev.app, 'mail/confirm.txt'), 'Hello: {{link}}')
    await dev.cli.waitFor(/deployed, number 3/)

    await writeFile(join(dev.app, 'mail/confirm.txt'), 'Good day: {{link}}')
    await dev.cli.waitFor(/deployed, number 4/)

    await rm(join(dev.app, 'mail'), { recursive: true })
    await dev.cli.waitFor(/deployed, number 5/)
  })

  it('deploys functions, also in new folders, and names those that do not compile', async () => {
    await using dev = await startDev()
    const { url } = dev
    const app = '/api/client/v2.0/app/quickstart-aaaaa'
    const guest = await post(`${provider(url, 'anon-user')}/login`, {})
    const { access_token } = (await guest.json()) as { access_token: string }
    const call = async (name: string): Promise<unknown> => {
      const headers = {
        'content-type': 'application/json',
        authorization: `Bearer ${access_token}`,
      }
      const body = JSON.stringify({ name, arguments: [] })
      return (await fetch(`${url}${app}/functions/call`, { method: 'POST', headers, body })).json()
    }

    await mkdir(join(dev.app, 'functions/deep/er'), { recursive: true })
    await writeFile(join(dev.app, 'functions/deep/er/one.js'), 'exports = () => "one"')
    await dev.cli.waitFor(/deployed, number 2/)
    expect(await call('deep/er/one')).toBe('one')

    await writeFile(join(dev.app, 'functions/deep/er/one.js'), 'exports = () => "two"')
    await dev.cli.waitFor(/deployed, number 3/)
    expect(await call('deep/er/one')).toBe('two')

    await writeFile(join(dev.app, 'functions/deep/er/one.js'), 'exports = () => {')
    const said = await dev.cli.waitFor(/the deployment before it keeps running/)
    expect(said).toContain('functions/deep/er/one.js:')
    expect(await call('deep/er/one')).toBe('two')
  })

  it('deploys changed rules of a data source, and names their mistakes', async () => {
    await using dev = await startDev()
    const folder = join(dev.app, 'data_sources/mongodb-atlas/quickstart')
    await mkdir(join(folder, 'plants'))
    const rules = join(folder, 'plants/rules.json')
    const plants = { database: 'quickstart', collection: 'plants' }

    await writeFile(rules, JSON.stringify({ ...plants, roles: [{ name: 'all', read: true }] }))
    await dev.cli.waitFor(/deployed, number 2/)

    await writeFile(rules, JSON.stringify({ ...plants, roles: [{ name: 'all', reed: true }] }))
    const said = await dev.cli.waitFor(/the deployment before it keeps running/)
    expect(said).toContain('roles[0].reed is no field of this: is "read" meant?')
  })

  it('brings an older directory back with --redeploy, and says how without', async () => {
    await using folder = await makeFolder()
    const app = join(folder.path, 'app')
    await cp(quickstart, app, { recursive: true })
    const argv = ['dev', app, '--port', '0', '--data', join(folder.path, 'data')]
    const start = async (...options: string[]): Promise<string> => {
      await using cli = startCli([...argv, ...options])
      const said = await cli.waitFor(/Ctrl-C stops it[\s\S]*\n/)
      cli.kill('SIGTERM')
      await cli.ended
      return said
    }
    await start()
    await writeFile(join(app, 'regent.json'), '{ "anonymousDays": 1 }')
    expect(await start()).toContain('deployed, number 2')
    await rm(join(app, 'regent.json'))

    const without = await start()
    const withIt = await start('--redeploy')

    expect(without).toContain('deployment 2, newer than the directory')
    expect(without).toContain('--redeploy brings it back')
    expect(withIt).toContain('deployed, number 3')
  }, 60_000)
})
