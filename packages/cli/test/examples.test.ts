import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { makeFolder, quickstart, startCli } from './process.ts'

describe('examples/quickstart/hello.ts', () => {
  it('runs against `regent serve` of its directory', async () => {
    await using folder = await makeFolder()
    await using server = startCli(['serve', quickstart, '--port', '0', '--data', folder.path])
    const [, url = ''] = /"url":"(http[^"]+)"/.exec(await server.waitFor(/listening/)) ?? []
    const program = join(quickstart, 'hello.ts')
    const argv = ['--conditions=source', program, url]

    const { stdout } = await promisify(execFile)(process.execPath, argv, { cwd: folder.path })

    expect(stdout.trim().split('\n')).toEqual([
      expect.stringMatching(/^a guest: [0-9a-f]{24}, LoggedIn$/),
      'Hello Ada, your name has 3 letters (development)',
      'invited: invited-Grace',
      expect.stringMatching(/^registered ada\.[0-9a-f]{24}@example\.com: a letter/),
      'not confirmed yet, so logging in is refused: AuthError',
      'the guest is Removed',
    ])
  })
})
