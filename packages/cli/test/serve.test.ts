import { writeFile } from 'node:fs/promises'
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
