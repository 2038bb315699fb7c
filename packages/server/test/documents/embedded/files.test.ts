import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { openEmbedded } from '../../../src/documents/embedded/index.ts'
import { FolderTakenError, ownFolder } from '../../../src/documents/ownership.ts'
import { makeFolder } from './open-temp.ts'
import { runChild } from './run-child.ts'

const refusalOf = async (path: string): Promise<Error> =>
  openEmbedded({ path }).then(
    () => expect.unreachable('it was opened'),
    error => error,
  )

describe('a file that cannot be used', () => {
  it('is refused when a newer version wrote it', async () => {
    await using folder = await makeFolder()
    const path = `${folder.path}/test.db`
    await (await openEmbedded({ path })).close()
    const raw = new DatabaseSync(path)
    raw.exec('PRAGMA user_version = 99')
    raw.close()

    expect(await refusalOf(path)).toMatchObject({
      codeName: 'Unavailable',
      message: `${path} was written by a newer version (format 99); this one reads format 1`,
    })
  })

  it('is refused when it is another program’s or no database at all', async () => {
    await using folder = await makeFolder()
    const foreign = `${folder.path}/foreign.db`
    const raw = new DatabaseSync(foreign)
    raw.exec('CREATE TABLE theirs (a)')
    raw.close()
    const text = `${folder.path}/text.db`
    writeFileSync(text, 'not a database, but long enough to be looked at. '.repeat(20))

    expect((await refusalOf(foreign)).message).toBe(`${foreign} is a database of another program`)
    expect(await refusalOf(text)).toMatchObject({ codeName: 'Unavailable' })
    expect((await refusalOf(text)).message).toContain(
      `${text}: the file is damaged or is not a document file`,
    )
  })

  it('is refused when its place is no folder', async () => {
    await using folder = await makeFolder()
    writeFileSync(`${folder.path}/file`, '')

    const error = await refusalOf(`${folder.path}/file/test.db`)

    expect(error).toMatchObject({ codeName: 'Unavailable' })
    expect((await refusalOf('/proc/nowhere/test.db')).message).toContain('cannot be opened')
  })
})

describe('files that are opened one after the other', () => {
  it('have each their own documents, and what was written before they were closed', async () => {
    await using folder = await makeFolder()
    const pathOf = (at: number): string => `${folder.path}/${at}.db`
    const all = { number: { $gte: 0 } }
    for (const at of [0, 1, 2, 3, 4]) {
      const documents = await openEmbedded({ path: pathOf(at) })
      const things = documents.database('shop').collection('things')
      await things.createIndex({ number: 1 }, { unique: true })
      await things.insertOne({ number: at })
      if (at % 2 === 0) expect(await things.countDocuments(all)).toBe(1)
      await Promise.all([things.insertOne({ number: at + 10 }), documents.close()])
    }

    for (const at of [4, 2, 0, 1, 3]) {
      const documents = await openEmbedded({ path: pathOf(at) })
      const found = await documents.database('shop').collection('things').find(all)
      expect(found.map(({ number }) => number)).toEqual([at, at + 10])
      await documents.close()
    }
  })
})

describe('a data folder', () => {
  it('has one owner until that one lets go', async () => {
    await using folder = await makeFolder()
    const first = await ownFolder(folder.path)

    await expect(ownFolder(folder.path)).rejects.toBeInstanceOf(FolderTakenError)
    await expect(ownFolder(folder.path)).rejects.toThrow(folder.path)
    first.release()
    first.release()

    const second = await ownFolder(folder.path)
    second.release()
  })

  it('is free again when its owner is killed', async () => {
    await using folder = await makeFolder()
    const child = runChild('./own-child.ts', [folder.path])
    expect(await child.nextLine()).toBe('owned')

    await expect(ownFolder(folder.path)).rejects.toBeInstanceOf(FolderTakenError)
    child.process.kill('SIGKILL')
    await child.exited

    const ownership = await ownFolder(folder.path)
    ownership.release()
  })
})

const mountSmallDisk = (path: string): boolean =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', path]).status === 0

describe('a full disk', () => {
  it('refuses writes, keeps what was acknowledged, and takes writes again when there is room', async context => {
    await using folder = await makeFolder()
    const disk = `${folder.path}/disk`
    mkdirSync(disk)
    if (!mountSmallDisk(disk)) return context.skip('a small disk cannot be mounted here')
    await using _disk = {
      [Symbol.asyncDispose]: async () => void spawnSync('umount', ['-l', disk]),
    }
    writeFileSync(`${disk}/ballast`, new Uint8Array(1024 * 1024))
    const documents = await openEmbedded({ path: `${disk}/test.db`, expireEveryMs: 0 })
    const things = documents.database('app').collection('things')
    await things.createIndex({ n: 1 }, { unique: true })
    const acknowledged: number[] = []

    let refusal: unknown
    for (let n = 0; refusal === undefined; n += 1) {
      await things.insertOne({ _id: n, n, filling: 'x'.repeat(4_000) }).then(
        () => acknowledged.push(n),
        error => {
          refusal = error
        },
      )
    }

    expect(refusal).toMatchObject({ codeName: 'Unavailable' })
    expect((refusal as Error).message).toContain('the disk is full')
    expect(acknowledged.length).toBeGreaterThan(50)
    for (const n of acknowledged) expect(await things.findOne({ n })).toMatchObject({ _id: n })
    await expect(
      things.insertMany(Array.from({ length: 50 }, () => ({ filling: 'x'.repeat(9_000) }))),
    ).rejects.toMatchObject({ codeName: 'Unavailable' })

    rmSync(`${disk}/ballast`)
    await documents.ping()
    await things.insertOne({ _id: 'after', n: -1 })
    expect(await things.countDocuments({ n: { $gte: 0 } })).toBe(acknowledged.length)
    await documents.close()

    const again = await openEmbedded({ path: `${disk}/test.db`, expireEveryMs: 0 })
    const kept = await again
      .database('app')
      .collection('things')
      .find({ n: { $gte: 0 } })
    expect(kept.map(({ _id }) => _id)).toEqual(acknowledged)
    await again.close()
  })

  it('is survived by a file that may not grow any more', async () => {
    await using folder = await makeFolder()
    const child = runChild('./limited-child.ts', [`${folder.path}/test.db`], 'ulimit -S -f 400')

    expect(await child.nextLine()).toBe('refused Unavailable')
    spawnSync('prlimit', ['--pid', String(child.process.pid), '--fsize=unlimited'])
    child.process.stdin?.write('go on\n')

    expect(await child.nextLine()).toBe('written again, none lost')
    expect(await child.exited).toBe(0)
  })
})
