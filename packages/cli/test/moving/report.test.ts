import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startTestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { makeFolder } from '../process.ts'
import { run } from '../terminal.ts'

describe('the report of an import', () => {
  it('is left only where there is something to report', async () => {
    await using server = await startTestServer()
    await using folder = await makeFolder()
    const { path: cwd } = folder
    await writeFile(join(cwd, 'good.jsonl'), JSON.stringify({ email: 'ada@example.com' }))
    await writeFile(join(cwd, 'bad.csv'), 'email,shoe_size\nada@example.com,38\n')
    await writeFile(join(cwd, 'one.jsonl'), '{"email":')
    const start = (...argv: string[]) =>
      run(['users', 'import', ...argv, '--data', server.dataDir], { cwd })

    await start('good.jsonl', '--dry-run')
    const good = await start('good.jsonl', '--json')
    const bad = await start('bad.csv')
    const one = await start('one.jsonl')

    expect(JSON.parse(good.out)).toMatchObject({ imported: 1, report: null })
    expect(bad).toMatchObject({ code: 1, err: expect.stringContaining('shoe_size') })
    expect(one.out).toContain('1 row refused.')
    expect((await readdir(cwd)).sort()).toEqual([
      'bad.csv',
      'good.jsonl',
      'one.jsonl',
      'one.jsonl.report.jsonl',
    ])
  })
})
