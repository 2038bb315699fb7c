import {
  copyFileSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { App, type AppConfiguration } from '../../src/index.ts'
import { makeFolder, startWireServer, type WireServer } from '../wire-server.ts'
import { appId, as, filesIn, restart, userFilesIn, usersIn } from './folder.ts'

const keyOf = (byte: number) => new Uint8Array(64).fill(byte)
const sealedWith = (byte: number) => ({
  metadata: { mode: 'encryption', encryptionKey: keyOf(byte).buffer } as const,
})

const fill = async (
  server: WireServer,
  path: string,
  configuration: Partial<AppConfiguration> = {},
): Promise<App> => {
  const app = new App({ id: appId, baseUrl: server.url, baseFilePath: path, ...configuration })
  await app.logIn(as('ada'))
  await app.logIn(as('bob'))
  return app
}

const fileOf = (path: string, userId: string, configuration = {}): string => {
  for (const name of userFilesIn(path)) {
    using one = restart(path, configuration)
    rmSync(join(usersIn(one.path), name))
    using without = restart(one.path, configuration)
    if (!without.app.allUsers[userId]) return name
  }
  throw new Error(`no file of ${userId}`)
}

describe('a damaged file', () => {
  it('costs its own user only, is reported and stays where it is', async () => {
    await using server = await startWireServer()
    using folder = makeFolder()
    await fill(server, folder.path)
    const ada = fileOf(folder.path, 'user-ada')
    const whole = readFileSync(join(usersIn(folder.path), ada))
    const damages: ((path: string) => void)[] = [
      path => truncateSync(path, 0),
      path => truncateSync(path, 40),
      path => writeFileSync(path, 'null'),
      path => writeFileSync(path, '[]'),
      path => writeFileSync(path, '{"format":1,"appId":"test-aaaaa"}'),
      path => writeFileSync(path, Buffer.from([0xff, 0xfe, 0x00, 0x80])),
      path => writeFileSync(path, String(whole).replace(appId, 'other-aaaaa')),
      path =>
        writeFileSync(path, String(whole).replace('"refreshToken":', '"refreshToken":7,"x":')),
      path => writeFileSync(path, String(whole).replace('"format":1', '"format":2')),
      path => writeFileSync(path, String(whole).replace(/"identities":\[/, '"identities":[7,')),
    ]
    for (const damage of damages) {
      using copy = restart(folder.path)
      const path = join(usersIn(copy.path), ada)
      damage(path)
      const bytes = readFileSync(path)
      const reports: unknown[] = []

      using again = restart(copy.path, { onStorageError: error => reports.push(error) })

      expect(Object.keys(again.app.allUsers)).toEqual(['user-bob'])
      expect(reports).toEqual([expect.objectContaining({ message: expect.stringContaining(ada) })])
      expect(readFileSync(join(usersIn(again.path), ada))).toEqual(bytes)
    }
  })

  it('is replaced when its user logs in again', async () => {
    await using server = await startWireServer()
    using folder = makeFolder()
    await fill(server, folder.path)
    truncateSync(join(usersIn(folder.path), fileOf(folder.path, 'user-ada')), 9)
    using damaged = restart(folder.path, { baseUrl: server.url })

    await damaged.app.logIn(as('ada'))

    using again = restart(damaged.path)
    expect(again.app.currentUser?.id).toBe('user-ada')
  })

  it('under another user’s name gives nobody that user’s tokens', async () => {
    await using server = await startWireServer()
    using folder = makeFolder()
    await fill(server, folder.path)
    const [ada, bob] = ['user-ada', 'user-bob'].map(id => fileOf(folder.path, id)) as [
      string,
      string,
    ]
    renameSync(join(usersIn(folder.path), ada), join(usersIn(folder.path), bob))

    using again = restart(folder.path)

    expect(again.app.allUsers).toEqual({})
  })

  it('of another program in the folder is left alone', async () => {
    await using server = await startWireServer()
    using folder = makeFolder()
    await fill(server, folder.path)
    const notes = join(usersIn(folder.path), 'notes.txt')
    writeFileSync(notes, 'mine')
    writeFileSync(join(usersIn(folder.path), 'user-x.json.tmp'), 'half')

    using again = restart(folder.path)

    expect(Object.keys(again.app.allUsers)).toHaveLength(2)
    expect(filesIn(again.path)).toContain('notes.txt')
    expect(filesIn(again.path)).not.toContain('user-x.json.tmp')
  })
})

describe('encrypted users', () => {
  it('are there after a restart with the key, and nowhere readable', async () => {
    await using server = await startWireServer()
    using folder = makeFolder()
    const app = await fill(server, folder.path, sealedWith(1))
    const { refreshToken = '' } = app.currentUser ?? {}

    using again = restart(folder.path, sealedWith(1))

    expect(again.app.currentUser?.refreshToken).toBe(refreshToken)
    expect(Object.keys(again.app.allUsers)).toEqual(['user-bob', 'user-ada'])
    for (const name of filesIn(folder.path)) {
      const text = readFileSync(join(usersIn(folder.path), name), 'latin1')
      expect(text).not.toContain('user-')
      expect(text).not.toContain(refreshToken)
    }
  })

  it('are refused to a wrong key and to none, and nothing is destroyed', async () => {
    await using server = await startWireServer()
    using folder = makeFolder()
    await fill(server, folder.path, sealedWith(1))
    const names = filesIn(folder.path)

    expect(() => restart(folder.path, sealedWith(2))).toThrow('stored with another encryptionKey')
    expect(() => restart(folder.path)).toThrow('encryptionKey is required')
    expect(() => new App({ id: appId, baseFilePath: folder.path, ...sealedWith(2) })).toThrow(
      'stored with another encryptionKey',
    )

    expect(filesIn(folder.path)).toEqual(names)
    using again = restart(folder.path, sealedWith(1))
    expect(Object.keys(again.app.allUsers)).toHaveLength(2)
  })

  it('are told from a wrong key when the file that checks the key is damaged', async () => {
    await using server = await startWireServer()
    using folder = makeFolder()
    await fill(server, folder.path, sealedWith(1))
    truncateSync(join(usersIn(folder.path), 'key.check'), 5)

    expect(() => restart(folder.path, sealedWith(2))).toThrow('stored with another encryptionKey')
    using again = restart(folder.path, sealedWith(1))
    expect(Object.keys(again.app.allUsers)).toHaveLength(2)
  })

  it('are not mixed with plain ones', async () => {
    await using server = await startWireServer()
    using folder = makeFolder()
    using other = makeFolder()
    await fill(server, folder.path)
    await fill(server, other.path, sealedWith(1))
    expect(() => restart(folder.path, sealedWith(1))).toThrow('stored without encryption')

    const [plain = ''] = userFilesIn(folder.path)
    copyFileSync(join(usersIn(folder.path), plain), join(usersIn(other.path), plain))

    using again = restart(other.path, sealedWith(1))
    expect(Object.keys(again.app.allUsers)).toHaveLength(1)
  })

  it('cannot be given another user’s file or a changed one', async () => {
    await using server = await startWireServer()
    using folder = makeFolder()
    await fill(server, folder.path, sealedWith(1))
    const [first, second] = userFilesIn(folder.path) as [string, string]
    using swapped = restart(folder.path, sealedWith(1))
    copyFileSync(join(usersIn(folder.path), first), join(usersIn(swapped.path), second))
    using changed = restart(folder.path, sealedWith(1))
    const bytes = readFileSync(join(usersIn(changed.path), first))
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1)
    writeFileSync(join(usersIn(changed.path), first), bytes)

    for (const { path } of [swapped, changed]) {
      using again = restart(path, sealedWith(1))
      expect(Object.keys(again.app.allUsers)).toHaveLength(1)
    }
  })
})
