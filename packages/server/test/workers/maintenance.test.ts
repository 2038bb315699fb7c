import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { adminPaths } from '@regent/protocol'
import { describe, expect, it } from 'vitest'
import { startCli } from '../../../cli/test/process.ts'
import { run } from '../../../cli/test/terminal.ts'
import { makeFolder } from '../documents/embedded/open-temp.ts'
import { type Answer, type Serving, serve, until } from './serve.ts'

const patient = 240_000
const two = { args: ['--workers', '2'] }

const serveTwo = async (dataDir: string): Promise<Serving> => {
  const server = await serve(dataDir, two)
  await server.waitForWorkers(2)
  expect((await server.push(1)).status).toBe(200)
  return server
}

const admin = async (server: Serving, path: string, json?: object): Promise<Answer> => {
  const bearer = (await readFile(join(server.dataDir, 'operator.key'), 'utf8')).trim()
  return server.ask(json ? 'POST' : 'GET', path, { bearer, ...(json && { json }) })
}

/** Keeps refreshing and asking who they are, until it is over. */
const useTokens = (server: Serving, tokens: readonly unknown[]) => {
  const failures: string[] = []
  let requests = 0
  let isOver = false
  const use = async (token: unknown): Promise<void> => {
    while (!isOver) {
      const { status, body } = await server.refresh(token)
      const called = await server.call(body.access_token, 'version')
      requests += 2
      if (status !== 201 || called.status !== 200) failures.push(`${status} ${called.status}`)
      await setTimeout(40)
    }
  }
  const lines = tokens.map(use)
  return {
    failures,
    requests: () => requests,
    stop: async () => {
      isOver = true
      await Promise.all(lines)
    },
  }
}

const tokensOf = async (server: Serving, count: number): Promise<unknown[]> => {
  const answers = await Promise.all(Array.from({ length: count }, () => server.logIn()))
  return answers.map(({ body }) => body.refresh_token)
}

describe('a server of two workers', () => {
  it('changes all keys under load, and a worker that starts then knows them', {
    timeout: patient,
  }, async () => {
    await using folder = await makeFolder()
    await using server = await serveTwo(folder.path)
    const tokens = await tokensOf(server, 4)
    const load = useTokens(server, tokens)

    expect((await admin(server, adminPaths.rotateKeys(), { what: 'signing' })).status).toBe(202)
    expect((await admin(server, adminPaths.rotateKeys(), { what: 'master' })).status).toBe(202)
    const seen = () => admin(server, adminPaths.keys())
    let sealed = await seen()
    while (sealed.body.is_resealed !== true) {
      await setTimeout(500)
      sealed = await seen()
    }
    process.kill(server.workers()[1] as number, 'SIGTERM')
    await server.waitForWorkers(3)
    const before = load.requests()
    await until(
      async () => load.requests(),
      requests => requests > before + 20,
    )
    await load.stop()

    expect(load.failures).toEqual([])
    expect(sealed.body.master_keys).toBe(1)
    const refreshed = await Promise.all(tokens.map(token => server.refresh(token)))
    expect(refreshed.map(({ status }) => status)).toEqual(Array(4).fill(201))
  })

  it('is backed up while it works, and comes back elsewhere', { timeout: patient }, async () => {
    await using folder = await makeFolder()
    await using other = await makeFolder()
    await using server = await serveTwo(folder.path)
    const tokens = await tokensOf(server, 4)
    const load = useTokens(server, tokens)
    const file = join(other.path, 'regent.tar')
    const data = join(other.path, 'data')

    const made = await run(['backup', file, '--data', folder.path])
    await load.stop()
    const restored = await run(['restore', file, '--data', data])
    await using again = await serve(data, two)

    expect([made.code, restored.code], made.err + restored.err).toEqual([0, 0])
    expect(load.failures).toEqual([])
    const refreshed = await Promise.all(tokens.map(token => again.refresh(token)))
    expect(refreshed.map(({ status }) => status)).toEqual(Array(4).fill(201))
  })
})

describe('a server that is killed while it is backed up', () => {
  it('leaves no half backup, and nothing of it after the next start', {
    timeout: patient,
  }, async () => {
    await using folder = await makeFolder()
    await using other = await makeFolder()
    await using server = await serve(folder.path)
    await server.push(1)
    const [token] = await tokensOf(server, 1)
    const file = join(other.path, 'regent.tar')
    const backups = async (): Promise<string[]> =>
      (await readdir(folder.path)).filter(name => name.startsWith('backup-'))

    await using backup = startCli(['backup', file, '--data', folder.path])
    const over = backup.ended.then(() => true)
    const isOver = () => Promise.race([over, setTimeout(1, false)])
    while ((await backups()).length === 0 && !(await isOver()));
    server.kill('SIGKILL')
    await server.ended
    const code = await backup.ended

    if (code !== 0) expect(await readdir(other.path)).toEqual([])
    await using again = await serve(folder.path)
    expect(await backups()).toEqual([])
    expect((await again.refresh(token)).status).toBe(201)
  })
})

describe('a restore that is killed', () => {
  it('is begun again, or finished, with everything there', { timeout: patient }, async () => {
    await using folder = await makeFolder()
    const file = join(folder.path, 'regent.tar')
    const source = join(folder.path, 'source')
    const server = await serve(source)
    await server.push(1)
    const [token] = await tokensOf(server, 1)
    await run(['backup', file, '--data', source])
    server.kill('SIGTERM')
    await server.ended

    for (const waitMs of [0, 5, 20, 60]) {
      const data = join(folder.path, `data-${waitMs}`)
      await using restoring = startCli(['restore', file, '--data', data])
      const entries = (): Promise<string[]> => readdir(data).catch(() => [])
      const over = restoring.ended.then(() => true)
      const isOver = () => Promise.race([over, setTimeout(1, false)])
      const hasBegun = async () => (await entries()).some(name => name.startsWith('restore'))
      while (!(await hasBegun()) && !(await isOver()));
      await setTimeout(waitMs)
      restoring.kill('SIGKILL')
      await restoring.ended

      const again = await run(['restore', file, '--replace', '--data', data])
      await using restored = await serve(data)

      expect(again.code, again.err).toBe(0)
      expect((await restored.refresh(token)).status).toBe(201)
    }
  })
})
