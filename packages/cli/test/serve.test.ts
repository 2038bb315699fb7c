import { mkdir, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeFolder, quickstart, startCli } from './process.ts'
import { run } from './terminal.ts'

const urlIn = (said: string): string => /"url":"(http[^"]+)"/.exec(said)?.[1] ?? ''

const location = '/api/client/v2.0/app/quickstart-aaaaa/location'
const register = '/api/client/v2.0/app/quickstart-aaaaa/auth/providers/local-userpass/register'

describe('regent serve', () => {
  it('serves the app of a directory, and what was deployed before without one', async () => {
    await using data = await makeFolder()
    const options = ['--port', '0', '--data', data.path]
    await using first = startCli(['serve', quickstart, ...options])
    const url = urlIn(await first.waitFor(/"msg":"listening"/))
    expect((await fetch(url + location)).status).toBe(200)
    first.kill('SIGTERM')
    expect(await first.ended).toBe(0)

    await using second = startCli(['serve', ...options])
    const urlAfter = urlIn(await second.waitFor(/"msg":"listening"/))

    expect((await fetch(urlAfter + location)).status).toBe(200)
    for (const line of first.said().trim().split('\n')) JSON.parse(line)
  })

  it('says that letters reach nobody until there is a mail server', async () => {
    await using data = await makeFolder()
    const argv = ['serve', quickstart, '--port', '0', '--data', data.path]
    const warning = /letters stay in the mailbox .* set REGENT_MAIL/
    await using without = startCli(argv)
    expect(await without.waitFor(warning)).toMatch(warning)
    without.kill('SIGTERM')
    await without.ended

    await using served = startCli(argv, { env: { REGENT_MAIL: 'smtp://127.0.0.1:1' } })
    await served.waitFor(/"msg":"listening"/)
    served.kill('SIGTERM')
    await served.ended

    expect(served.said()).not.toMatch(warning)
  })

  it('ends a request under way before it stops', async () => {
    await using data = await makeFolder()
    await using server = startCli(['serve', quickstart, '--port', '0', '--data', data.path])
    const url = urlIn(await server.waitFor(/"msg":"listening"/))
    const body = JSON.stringify({ email: 'ada@example.com', password: 'correct horse' })
    const slow = request(url + register, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': body.length },
    })
    const answered = new Promise<number | undefined>((resolve, reject) => {
      slow.on('response', response => resolve(response.statusCode)).on('error', reject)
    })
    slow.write(body.slice(0, 10))
    await fetch(url + location)

    server.kill('SIGTERM')
    await server.waitFor(/"msg":"stopping"/)
    slow.end(body.slice(10))

    expect(await answered).toBe(201)
    expect(await server.ended).toBe(0)
  })

  it('ends at once at a second signal', async () => {
    await using data = await makeFolder()
    await using server = startCli(['serve', quickstart, '--port', '0', '--data', data.path])
    const url = urlIn(await server.waitFor(/"msg":"listening"/))
    const stuck = request(url + register, { method: 'POST', headers: { 'content-length': 10 } })
    const broken = new Promise(resolve => stuck.on('error', resolve))
    stuck.write('{')
    await fetch(url + location)
    server.kill('SIGTERM')
    await server.waitFor(/"msg":"stopping"/)

    const again = setInterval(() => server.kill('SIGTERM'), 200)
    expect(await server.ended).toBe(143)
    clearInterval(again)
    await broken
  })
})

describe('secrets', () => {
  const writeApp = async (path: string): Promise<string> => {
    const app = join(path, 'app')
    await mkdir(join(app, 'values'), { recursive: true })
    const root = { config_version: 20210101, app_id: 'shop-xkqzp', name: 'shop' }
    await writeFile(join(app, 'root_config.json'), JSON.stringify(root))
    const value = { name: 'maps', value: 'maps-key', from_secret: true }
    await writeFile(join(app, 'values/maps.json'), JSON.stringify(value))
    const providers = { 'anon-user': { type: 'anon-user' } }
    await mkdir(join(app, 'auth'))
    await writeFile(join(app, 'auth/providers.json'), JSON.stringify(providers))
    const show = 'exports = () => context.values.get("maps")'
    await mkdir(join(app, 'functions'))
    await writeFile(join(app, 'functions/show.js'), show)
    return app
  }

  it('come from --secrets or variables, are kept for later starts, and change with what is given', async () => {
    await using folder = await makeFolder()
    const app = await writeApp(folder.path)
    const data = join(folder.path, 'data')
    const file = join(folder.path, 'secrets.json')
    await writeFile(file, '{ "maps-key": "from-file", "mistyped": "x" }')
    const show = async (options: readonly string[], env = {}): Promise<string> => {
      const argv = ['serve', app, '--port', '0', '--data', data, ...options]
      await using server = startCli(argv, { env })
      await server.waitFor(/"msg":"listening"/)
      const { out } = await run(['functions', 'run', 'show', '--data', data])
      const said = server.said()
      server.kill('SIGTERM')
      await server.ended
      expect(said).not.toContain('from-')
      return `${out.trim()} ${/no app names this secret/.test(said)}`
    }

    expect(await show(['--secrets', file])).toBe('"from-file" true')
    expect(await show([], { REGENT_SECRET_MAPS_KEY: 'from-variable' })).toBe(
      '"from-variable" false',
    )
    expect(await show([])).toBe('"from-variable" false')
  }, 60_000)

  it('that are missing or none are told, with how to give them', async () => {
    await using folder = await makeFolder()
    const app = await writeApp(folder.path)
    const file = join(folder.path, 'secrets.json')
    await writeFile(file, '{ "maps-key": 4711 }')
    const argv = ['serve', app, '--port', '0', '--data', join(folder.path, 'data')]

    const missing = await run(argv)
    const wrong = await run([...argv, '--secrets', file])
    const nowhere = await run([...argv, '--secrets', 'nowhere.json'])

    expect([missing.code, wrong.code, nowhere.code]).toEqual([1, 1, 1])
    expect(missing.err).toContain(
      'values/maps.json: value names the secret "maps-key", which has no value: give it in secrets.json, with --secrets <file.json>, or as REGENT_SECRET_MAPS_KEY',
    )
    expect(wrong.err).toBe(
      `\n✗ The secrets of ${file} cannot be used:\n  ${file}: maps-key must be text that is not empty\n  → It must be JSON of names and values, as in { "googleSecret": "…" }.\n\n`,
    )
    expect(nowhere.err).toContain('✗ The file nowhere.json cannot be read (ENOENT')
  })
})

describe('a start that is refused', () => {
  it('names the process that owns the data folder', async () => {
    await using data = await makeFolder()
    const argv = ['serve', '--port', '0', '--data', data.path]
    await using server = startCli(argv)
    const url = urlIn(await server.waitFor(/"msg":"listening"/))

    const { code, err } = await run(argv)

    expect(code).toBe(1)
    expect(err).toMatch(
      new RegExp(
        `✗ Another Regent server is using the data folder ${data.path} \\(process \\d+, ${url}\\)\\.`,
      ),
    )
    expect(err).toContain('→ Stop it first')
  })

  it('says what to do about a port in use, an unknown host and a folder that is a file', async () => {
    await using data = await makeFolder()
    await using other = createServer()
    await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as { port: number }
    const file = join(data.path, 'file')
    await writeFile(file, '')
    const serve = (...options: string[]) =>
      run(['serve', '--data', join(data.path, 'data'), ...options])

    expect(await serve('--port', String(port))).toEqual({
      code: 1,
      out: '',
      err: `\n✗ Port ${port} on 127.0.0.1 is taken by another program.\n  → End that program, or choose another port with --port or REGENT_PORT (0 picks a free one).\n\n`,
    })
    const publicUrl = { env: { REGENT_PUBLIC_URL: 'https://auth.example.com' } }
    const hostless = await run(['serve', '--data', data.path, '--host', '203.0.113.9'], publicUrl)
    expect(hostless.err).toContain('✗ This machine has no address 203.0.113.9.')
    const onFile = await run(['serve', '--port', '0', '--data', file])
    expect(onFile.err).toContain(`✗ The data folder ${file} cannot be used: a file is in the way.`)
  })

  it('names every wrong setting', async () => {
    const { code, err } = await run(['serve', '--port', 'http'], {
      env: { REGENT_MAIL: 'mail.example.com' },
    })

    expect(code).toBe(1)
    expect(err).toContain('  REGENT_PORT must be a number\n  REGENT_MAIL must be an address')
  })

  it('names every problem of every directory, and deploys none', async () => {
    await using folder = await makeFolder()
    await writeFile(join(folder.path, 'root_config.json'), '{"config_version": 20210101}')
    const data = join(folder.path, 'data')

    const { code, err } = await run([
      'serve',
      folder.path,
      join(folder.path, 'x'),
      quickstart,
      '--data',
      data,
    ])

    expect(code).toBe(1)
    expect(err).toContain('root_config.json: name is missing: it must be 1 to 32 letters')
    expect(err).toContain(
      `${join(folder.path, 'x')} cannot be deployed, 1 problem:\n  there is no such folder`,
    )
    expect(err).toContain('→ Correct this and start again.')
  })

  it('tells two directories of one app apart from each other', async () => {
    const { code, err } = await run(['serve', quickstart, quickstart])

    expect(code).toBe(1)
    expect(err).toContain(`✗ ${quickstart} and ${quickstart} are both the app quickstart-aaaaa.`)
  })

  it('asks for the right master key, and for a file that is a store', async () => {
    await using data = await makeFolder()
    const argv = ['serve', '--port', '0', '--data', data.path]
    await using server = startCli(argv)
    await server.waitFor(/"msg":"listening"/)
    server.kill('SIGTERM')
    await server.ended

    const key = { env: { REGENT_MASTER_KEY: Buffer.alloc(32, 1).toString('base64') } }
    expect((await run(argv, key)).err).toContain('✗ The master key is not the one')
    await writeFile(
      join(data.path, 'system.db'),
      'no database at all, but some text that is long enough',
    )
    expect((await run(argv)).err).toContain('✗ The store cannot be opened:')
  })
})
