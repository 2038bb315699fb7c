import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { App } from '../../src/index.ts'
import { makeFolder, startWireServer } from '../wire-server.ts'
import { appId, as, filesIn, restart, userFilesIn, usersIn } from './folder.ts'

type Outcome = {
  readonly users: { id: string; state: string; refreshToken: string }[]
  readonly current: string | null
  readonly problems: string[]
}

const program = fileURLToPath(new URL('program.ts', import.meta.url))
const quiet = ['--conditions=source', '--disable-warning=ExperimentalWarning']

const collect = async (child: ChildProcessWithoutNullStreams): Promise<Outcome> => {
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ])
  if (code !== 0) throw new Error(`ended with ${code}: ${errors}`)
  return JSON.parse(output.trim().split('\n').at(-1) ?? '')
}

const run = (...args: string[]): Promise<Outcome> =>
  collect(spawn(process.execPath, [...quiet, program, ...args]))

/** Runs the program where no file may grow beyond nothing, as on a full disk. */
const runWithoutRoom = (...args: string[]): Promise<Outcome> => {
  const command = 'ulimit -f 0 && exec "$@"'
  return collect(
    spawn('bash', ['-c', command, 'bash', process.execPath, ...quiet, program, ...args]),
  )
}

describe('two processes in one folder', () => {
  it('lose no user of each other', async () => {
    await using server = await startWireServer()
    using folder = makeFolder()
    const names = (process: string) =>
      Array.from({ length: 10 }, (_, index) => `${process}${index}`)

    const outcomes = await Promise.all(
      ['a', 'b', 'c'].map(process => run(folder.path, server.url, 'log-in', ...names(process))),
    )

    expect(outcomes.flatMap(outcome => outcome.problems)).toEqual([])
    using again = restart(folder.path)
    const expected = ['a', 'b', 'c'].flatMap(names).map(name => `user-${name}`)
    expect(Object.keys(again.app.allUsers).sort()).toEqual(expected.sort())
    for (const user of Object.values(again.app.allUsers)) {
      expect(server.sessions.get(user.refreshToken ?? '')).toBe(user.id)
    }
  })

  it('agree who was active last', async () => {
    await using server = await startWireServer()
    using folder = makeFolder()
    const app = new App({ id: appId, baseUrl: server.url, baseFilePath: folder.path })
    await app.logIn(as('ada'))
    await run(folder.path, server.url, 'log-in', 'bob')

    await app.logIn(as('eve'))
    await run(folder.path, server.url, 'log-in', 'fay')

    expect((await run(folder.path, server.url, 'open')).current).toBe('user-fay')
    app.switchUser(app.allUsers['user-ada'] ?? expect.fail())
    expect((await run(folder.path, server.url, 'open')).current).toBe('user-ada')
  })

  it('refresh and log out the same user without bringing it back', async () => {
    await using server = await startWireServer()
    using folder = makeFolder()
    const app = new App({ id: appId, baseUrl: server.url, baseFilePath: folder.path })
    const ada = await app.logIn(as('ada'))
    server.answerWith(async ({ method, path }) => {
      if (method !== 'POST' || !path.endsWith('/auth/session')) return undefined
      server.answerWith(() => undefined)
      await run(folder.path, server.url, 'log-out')
      return { status: 201, body: { access_token: server.makeAccessToken(ada.id) } }
    })

    await ada.refreshCustomData()

    expect(ada.state).toBe('LoggedOut')
    expect((await run(folder.path, server.url, 'open')).users).toEqual([
      { id: 'user-ada', state: 'LoggedOut', refreshToken: '' },
    ])
  })

  it('follow a login that the other made of the same user', async () => {
    await using server = await startWireServer()
    using folder = makeFolder()
    const app = new App({ id: appId, baseUrl: server.url, baseFilePath: folder.path })
    const ada = await app.logIn(as('ada'))
    const { refreshToken: first = '' } = ada
    await run(folder.path, server.url, 'log-in', 'ada')
    server.sessions.delete(first ?? '')

    await ada.refreshCustomData()

    expect(ada.isLoggedIn).toBe(true)
    expect(ada.refreshToken).not.toBe(first)
    expect(server.sessions.get(ada.refreshToken ?? '')).toBe(ada.id)
  })

  it('keep the login that the other made when this one logs out', async () => {
    await using server = await startWireServer()
    using folder = makeFolder()
    const app = new App({ id: appId, baseUrl: server.url, baseFilePath: folder.path })
    const ada = await app.logIn(as('ada'))
    await run(folder.path, server.url, 'log-in', 'ada')

    await ada.logOut()

    expect(ada.state).toBe('LoggedOut')
    const { users } = await run(folder.path, server.url, 'open')
    expect(users).toMatchObject([{ state: 'LoggedIn' }])
    expect([...server.sessions.keys()]).toEqual([users[0]?.refreshToken])
  })

  it('take over the lock of one that died', async () => {
    await using server = await startWireServer()
    using folder = makeFolder()
    await run(folder.path, server.url, 'log-in', 'ada')
    const dead = spawn(process.execPath, ['-e', ''])
    await once(dead, 'exit')
    const lock = join(usersIn(folder.path), 'lock')
    writeFileSync(lock, `${dead.pid} ${hostname()} 1 1`)

    const outcomes = await Promise.all(
      ['b', 'c', 'd'].map(name => run(folder.path, server.url, 'log-in', name)),
    )

    expect(outcomes.flatMap(outcome => outcome.problems)).toEqual([])
    expect(userFilesIn(folder.path)).toHaveLength(4)
    expect(existsSync(lock)).toBe(false)
  })
})

describe.skipIf(process.platform === 'win32')('a full disk', () => {
  it('lets users log in and out in memory, and says what was not kept', async () => {
    await using server = await startWireServer()
    using folder = makeFolder()

    const { users, current, problems } = await runWithoutRoom(
      folder.path,
      server.url,
      'log-in',
      'ada',
      'bob',
    )

    expect(users.map(user => user.state)).toEqual(['LoggedIn', 'LoggedIn'])
    expect(current).toMatch(/^user-(ada|bob)$/)
    expect(problems.length).toBeGreaterThan(0)
    expect(filesIn(folder.path)).toEqual([])
  })

  it('leaves users who are kept as they are', async () => {
    await using server = await startWireServer()
    using folder = makeFolder()
    await run(folder.path, server.url, 'log-in', 'ada')

    const { users } = await runWithoutRoom(folder.path, server.url, 'refresh')

    expect(users).toMatchObject([{ id: 'user-ada', state: 'LoggedIn' }])
    expect((await run(folder.path, server.url, 'open')).users).toEqual(users)
  })

  it('keeps no tokens of a user who logs out', async () => {
    await using server = await startWireServer()
    using folder = makeFolder()
    await run(folder.path, server.url, 'log-in', 'ada')

    const { users } = await runWithoutRoom(folder.path, server.url, 'log-out')

    expect(users).toMatchObject([{ state: 'LoggedOut' }])
    expect(server.sessions.size).toBe(0)
    expect((await run(folder.path, server.url, 'open')).users).toEqual([])
  })
})
