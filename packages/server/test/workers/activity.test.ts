import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { adminPaths, serverPaths } from '@regent/protocol'
import { describe, expect, it } from 'vitest'
import { makeFolder } from '../documents/embedded/open-temp.ts'
import { type Serving, serve, until } from './serve.ts'

const patient = 120_000

type Logs = { readonly logs: readonly { readonly user_id?: string; readonly event: string }[] }

const projectOf = async ({ dataDir }: Serving): Promise<string> => {
  const text = await readFile(join(dataDir, 'server.json'), 'utf8')
  return (JSON.parse(text) as { projectId: string }).projectId
}

const metricsOf = async ({ url }: Serving): Promise<string> =>
  (await fetch(`${url}${serverPaths.metrics()}`, { headers: { connection: 'close' } })).text()

const logIns = (text: string): number => {
  const found = /regent_logins_total\{provider="anon-user",result="ok"\} (\d+)/.exec(text)
  return Number(found?.[1] ?? 0)
}

describe('a server of two workers', () => {
  it('tells from each of them what happened in both, and the sum of their metrics', {
    timeout: patient,
  }, async () => {
    await using folder = await makeFolder()
    await using server = await serve(folder.path, { args: ['--workers', '2'] })
    await server.waitForWorkers(2)
    expect((await server.push(1)).status).toBe(200)
    await until(
      async () => [await server.logIn(), await server.logIn()].map(({ status }) => status),
      statuses => statuses.every(status => status === 200),
    )
    const before = logIns(await metricsOf(server))
    const answers = await Promise.all(Array.from({ length: 12 }, () => server.logIn()))
    const users = answers.map(({ body }) => body.user_id)
    const bearer = (await readFile(join(folder.path, 'operator.key'), 'utf8')).trim()
    const projectId = await projectOf(server)
    const path = `${adminPaths.allLogs(projectId)}?type=AUTH`

    for (let turn = 0; turn < 6; turn++) {
      const { status, body } = await server.ask('GET', path, { bearer })
      const { logs } = body as unknown as Logs
      expect(status).toBe(200)
      for (const user of users) expect(logs.map(one => one.user_id)).toContain(user)
    }
    for (let turn = 0; turn < 4; turn++) {
      const text = await metricsOf(server)
      expect(logIns(text)).toBe(before + 12)
      expect(text).toMatch(/^regent_processes 2$/m)
      expect(text).toMatch(/^regent_store_commits_total [1-9]\d*$/m)
    }
  })

  it('keeps the entry of every log-in that was answered when it is killed', {
    timeout: patient,
  }, async () => {
    await using folder = await makeFolder()
    const users: unknown[] = []
    {
      await using server = await serve(folder.path, {})
      expect((await server.push(1)).status).toBe(200)
      const running = Array.from({ length: 4 }, async () => {
        for (;;) {
          const answer = await server.logIn().catch(() => undefined)
          if (answer?.status !== 200) return
          users.push(answer.body.user_id)
          if (users.length === 60) server.kill('SIGKILL')
        }
      })
      await Promise.all(running)
    }
    await using again = await serve(folder.path, {})
    const bearer = (await readFile(join(folder.path, 'operator.key'), 'utf8')).trim()
    const { body } = await again.ask('GET', adminPaths.apps(await projectOf(again)), { bearer })
    const [app] = body as unknown as readonly { readonly _id: string }[]

    expect(users.length).toBeGreaterThanOrEqual(60)
    for (const user of users) {
      const query = new URLSearchParams({ user_id: String(user), limit: '1' })
      const path = `${adminPaths.logs(await projectOf(again), app?._id ?? '')}?${query}`
      const found = await again.ask('GET', path, { bearer })
      expect(found.body).toMatchObject({ logs: [{ user_id: user, event: 'login' }] })
    }
  })
})
