import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readKeyFile } from '../../src/security/key-file.ts'
import { runChild } from '../documents/embedded/run-child.ts'

const withFolder = async (work: (folder: string) => Promise<void>): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'regent-keys-'))
  try {
    await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

describe('a key file', () => {
  it('is made once, whoever asks first, and is for its owner only', () =>
    withFolder(async folder => {
      const path = join(folder, 'some.key')

      const keys = await Promise.all(Array.from({ length: 20 }, () => readKeyFile(path)))

      expect(new Set(keys.map(key => key.toString('hex'))).size).toBe(1)
      expect(keys[0]).toHaveLength(32)
      expect(await readdir(folder)).toEqual(['some.key'])
      expect((await stat(path)).mode & 0o777).toBe(0o600)
    }))

  it('that holds something else is refused and left as it is', () =>
    withFolder(async folder => {
      const path = join(folder, 'some.key')
      await writeFile(path, 'nothing\n')

      await expect(readKeyFile(path)).rejects.toThrow('does not hold a key of 32 bytes')
      expect(await readFile(path, 'utf8')).toBe('nothing\n')
    }))

  it(
    'is whole when it is there, whenever the process that makes it is killed',
    { timeout: 60_000 },
    () =>
      withFolder(async folder => {
        for (let round = 0; round < 5; round += 1) {
          const child = runChild('../../security/key-file-child.ts', [folder])
          await child.nextLine()
          await new Promise(resolve => setTimeout(resolve, 20 + 15 * round))
          child.process.kill('SIGKILL')
          await child.exited
        }

        const keys = (await readdir(folder)).filter(name => name.endsWith('.key'))
        expect(keys.length).toBeGreaterThan(1)
        for (const name of keys) {
          expect(await readFile(join(folder, name), 'utf8')).toMatch(/^[\w-]{43}\n$/)
        }
      }),
  )
})
