import { execFileSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { entryHead, readArchive } from '../../src/backup/archive.ts'
import type { BackupFacts } from '../../src/backup/facts.ts'
import { unpack } from '../../src/backup/unpack.ts'
import { type BackupFile, writeArchive } from '../../src/backup/write-archive.ts'
import { makeFolder } from '../documents/embedded/open-temp.ts'

const facts: BackupFacts = {
  format: 1,
  engine: 'embedded',
  storeVersion: 2,
  createdAt: '2026-11-23T08:00:00.000Z',
}
const longName = `files/apps/${'a'.repeat(90)}/${'ö'.repeat(60)}.db`

const files: readonly BackupFile[] = [
  { name: 'files/empty', bytes: new Uint8Array() },
  { name: 'files/one', bytes: Buffer.from('one') },
  { name: longName, bytes: Buffer.alloc(1_536, 'x') },
]

async function* toAsync<T>(values: Iterable<T>): AsyncGenerator<T> {
  yield* values
}

const gather = async (bytes: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const parts: Uint8Array[] = []
  for await (const part of bytes) parts.push(part)
  return Buffer.concat(parts)
}

const archive = (change: Partial<BackupFacts> = {}, some = files): Promise<Buffer> =>
  gather(writeArchive({ ...facts, ...change }, toAsync(some)))

/** In pieces that end anywhere. */
const pieces = (bytes: Uint8Array, size = 100): AsyncIterable<Uint8Array> =>
  toAsync(
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
      bytes.subarray(at * size, (at + 1) * size),
    ),
  )

const read = async (bytes: Uint8Array): Promise<Map<string, string>> => {
  const found = new Map<string, string>()
  await unpack(pieces(bytes), async () => async (name, content) => {
    found.set(name, (await gather(content)).toString())
  })
  return found
}

describe('a backup as an archive', () => {
  it('comes back whole, names and contents', async () => {
    const found = await read(await archive())

    expect([...found.keys()]).toEqual(files.map(({ name }) => name))
    expect(found.get('files/one')).toBe('one')
    expect(found.get(longName)).toBe('x'.repeat(1_536))
  })

  it('is read by other tools', async () => {
    await using folder = await makeFolder()
    const file = join(folder.path, 'backup.tar')
    await writeFile(file, await archive())

    const listed = execFileSync('tar', ['tf', file], {
      encoding: 'utf8',
      env: { LC_ALL: 'C.UTF-8' },
    })
    execFileSync('tar', ['xf', file, '-C', folder.path, 'backup.json'])

    expect(listed).toContain('backup.json\nfiles/empty\nfiles/one\nfiles/apps/aaa')
    expect(listed.trim().split('\n').at(-1)).toBe('checksums.json')
    expect(JSON.parse(await readFile(join(folder.path, 'backup.json'), 'utf8'))).toEqual(facts)
  })

  it('is refused when it is cut off anywhere', async () => {
    const whole = await archive()
    const ends = Array.from({ length: Math.ceil(whole.length / 97) }, (_, at) => at * 97)

    for (const end of ends.filter(end => end < whole.length - 1_024)) {
      await expect(read(whole.subarray(0, end)), `at ${end}`).rejects.toThrow('cut off')
    }
  })

  it('is refused when one of its bytes was changed', async () => {
    const whole = await archive()
    const at = whole.indexOf('xxxx') + 700
    whole[at] = 0x79
    await expect(read(whole)).rejects.toThrow(`${longName} of the backup was changed`)

    const other = await archive()
    other[3] = 0x79
    await expect(read(other)).rejects.toThrow('no backup of Regent, or it was changed')
  })

  it('is refused when it is something else, or of a newer server', async () => {
    await expect(read(Buffer.alloc(4_096, 'x'))).rejects.toThrow('this is no backup of Regent')
    await expect(read(Buffer.from('tiny'))).rejects.toThrow('cut off')
    const newer = await archive({ format: 2 as 1 })
    await expect(read(newer)).rejects.toThrow('made by a newer Regent (format 2)')
  })

  it('writes nowhere but where it is told to', async () => {
    for (const name of ['/etc/passwd', '../up', 'files/../../up', 'files//x', 'a\\b', 'files/.']) {
      const bytes = Buffer.concat([entryHead(name, 0), Buffer.alloc(1_024)])
      const names = async (): Promise<void> => {
        for await (const _ of readArchive(pieces(bytes))) expect.unreachable()
      }
      await expect(names(), name).rejects.toThrow('impossible name')
    }
  })

  it('holds files of more than 8 GiB', async () => {
    const size = 3 * 2 ** 33 + 7
    for await (const entry of readArchive(pieces(entryHead('files/large', size)))) {
      expect(entry.size).toBe(size)
      break
    }
  })
})
