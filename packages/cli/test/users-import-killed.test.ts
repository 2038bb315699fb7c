import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { makeFolder, startCli } from './process.ts'

const rowCount = 6_000

const countUsers = (server: TestServer): Promise<number> =>
  server.deps.store.users.count(server.app.id)

describe('regent users import, killed in the middle', () => {
  it('goes on where it was, and makes no user twice', async () => {
    await using server = await startTestServer()
    await using folder = await makeFolder()
    const file = join(folder.path, 'users.jsonl')
    const report = join(folder.path, 'report.jsonl')
    const rows = Array.from({ length: rowCount }, (_, at) =>
      JSON.stringify(
        at % 1_000 === 7 ? { email: '' } : { email: `user-${at}@example.com`, data: { at } },
      ),
    )
    await writeFile(file, rows.join('\n'))
    const argv = ['users', 'import', file, '--report', report, '--data', server.dataDir]

    await using first = startCli(argv, { patienceMs: 60_000 })
    await first.waitFor(/\d %/)
    first.kill('SIGKILL')
    expect(await first.ended).toBe('SIGKILL')
    const before = await countUsers(server)
    const left = await readdir(folder.path)
    await using second = startCli([...argv, '--json'], { patienceMs: 60_000 })
    expect(await second.ended).toBe(0)

    expect(before).toBeGreaterThan(0)
    expect(before).toBeLessThan(rowCount - 6)
    expect(left).toContain('report.jsonl.progress')
    expect(second.said()).toMatch(/Goes on after row [\d,]+\./)
    const said = JSON.parse(second.said().slice(second.said().indexOf('{'))) as Record<
      string,
      number
    >
    expect((said.imported ?? 0) + (said.existing ?? 0)).toBe(rowCount - 6)
    expect(said.refused).toBe(6)
    expect(await countUsers(server)).toBe(rowCount - 6)
    expect(await readdir(folder.path)).not.toContain('report.jsonl.progress')
  }, 120_000)
})
