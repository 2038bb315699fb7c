import { chmodSync, copyFileSync, readdirSync, readFileSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { App, Credentials } from '../../src/index.ts'
import { makeFolder, startWireServer } from '../wire-server.ts'
import { appId, as, filesIn, modeOf, restart, userFilesIn, usersIn } from './folder.ts'

const copyInto = (to: string, from: string, name: string): void =>
  copyFileSync(join(usersIn(from), name), join(usersIn(to), name))

describe('users on disk', () => {
  it('are there after a restart, without a network, with the one who was active last', async () => {
    await using server = await startWireServer()
    using folder = makeFolder()
    const app = new App({ id: appId, baseUrl: server.url, baseFilePath: folder.path })
    const ada = await app.logIn(as('ada'))
    const bob = await app.logIn(as('bob'))
    const eve = await app.logIn(as('eve'))
    await eve.logOut()
    app.switchUser(ada)

    using again = restart(folder.path)

    const { currentUser, allUsers } = again.app
    expect(Object.keys(allUsers)).toEqual([ada.id, eve.id, bob.id])
    expect(currentUser?.id).toBe(ada.id)
    expect(currentUser?.accessToken).toBe(ada.accessToken)
    expect(currentUser?.refreshToken).toBe(ada.refreshToken)
    expect(currentUser?.identities).toEqual(ada.identities)
    expect(currentUser?.profile).toEqual({ email: 'ada' })
    expect(currentUser?.providerType).toBe('local-userpass')
    expect(currentUser?.deviceId).toBe(ada.deviceId)
    expect(allUsers[eve.id]?.state).toBe('LoggedOut')
    await currentUser?.logOut()
    expect(again.app.currentUser?.id).toBe(bob.id)
  })

  it('have the newest access token', async () => {
    await using server = await startWireServer()
    using folder = makeFolder()
    const app = new App({ id: appId, baseUrl: server.url, baseFilePath: folder.path })
    const ada = await app.logIn(as('ada'))
    await ada.refreshCustomData()

    using again = restart(folder.path)

    expect(again.app.currentUser?.accessToken).toBe(ada.accessToken)
  })

  it('are gone when they were removed, deleted, or anonymous and logged out', async () => {
    await using server = await startWireServer()
    using folder = makeFolder()
    const app = new App({ id: appId, baseUrl: server.url, baseFilePath: folder.path })
    await app.removeUser(await app.logIn(as('ada')))
    await app.deleteUser(await app.logIn(as('bob')))
    await (await app.logIn(Credentials.anonymous())).logOut()

    using again = restart(folder.path)

    expect(again.app.allUsers).toEqual({})
    expect(userFilesIn(folder.path)).toEqual([])
  })

  it('can be read by their owner only', async () => {
    await using server = await startWireServer()
    using folder = makeFolder()
    const app = new App({ id: appId, baseUrl: server.url, baseFilePath: folder.path })
    await app.logIn(as('ada'))
    const [file = ''] = userFilesIn(folder.path)
    expect(modeOf(usersIn(folder.path))).toBe(0o700)
    expect(modeOf(join(usersIn(folder.path), file))).toBe(0o600)

    chmodSync(join(usersIn(folder.path), file), 0o644)
    using again = restart(folder.path)

    expect(again.app.currentUser?.isLoggedIn).toBe(true)
    expect(modeOf(join(usersIn(again.path), file))).toBe(0o600)
  })

  it('have no tokens in any file after a log-out that the server heard of', async () => {
    await using server = await startWireServer()
    using folder = makeFolder()
    const app = new App({ id: appId, baseUrl: server.url, baseFilePath: folder.path })
    const user = await app.logIn(as('ada'))
    const { accessToken, refreshToken } = user

    await user.logOut()

    const contents = filesIn(folder.path).map(name =>
      readFileSync(join(usersIn(folder.path), name), 'utf8'),
    )
    expect(contents.join()).toContain('user-ada')
    expect(contents.join()).not.toContain(accessToken)
    expect(contents.join()).not.toContain(refreshToken)
  })

  it('are those of the app alone, whatever its id looks like', async () => {
    await using server = await startWireServer()
    using folder = makeFolder()
    const ids = ['..', '.', '../up', 'a/b', 'a', 'ä ö']
    for (const id of ids) {
      const app = new App({ id, baseUrl: server.url, baseFilePath: folder.path })
      await app.logIn(as(`user of ${id}`))
    }

    expect(readdirSync(folder.path)).toEqual(['regent'])
    expect(readdirSync(join(folder.path, 'regent'))).toHaveLength(ids.length)
    for (const id of ids) {
      const app = new App({ id, baseFilePath: folder.path })
      expect(app.currentUser?.id).toBe(`user-user of ${id}`)
    }
  })

  it('are the same for two App objects of one program', async () => {
    await using server = await startWireServer()
    using folder = makeFolder()
    const configuration = { id: appId, baseUrl: server.url, baseFilePath: folder.path }
    const [first, second] = [new App(configuration), new App(configuration)]

    const user = await first.logIn(as('ada'))

    expect(second.currentUser).toBe(user)
  })
})

describe('a log-out without a network', () => {
  it('ends the session on the server after the next start', async () => {
    await using server = await startWireServer()
    using folder = makeFolder()
    const app = new App({ id: appId, baseUrl: server.url, baseFilePath: folder.path })
    const ada = await app.logIn(as('ada'))
    const anonymous = await app.logIn(Credentials.anonymous())
    server.answerWith(() => ({ status: 502 }))
    await ada.logOut()
    await anonymous.logOut()
    expect(server.sessions.size).toBe(2)
    server.answerWith(() => undefined)

    using again = restart(folder.path, { baseUrl: server.url })

    expect(again.app.allUsers[ada.id]?.state).toBe('LoggedOut')
    expect(again.app.allUsers[anonymous.id]).toBeUndefined()
    await expect.poll(() => server.sessions.size).toBe(0)
    await expect.poll(() => filesIn(again.path)).toHaveLength(1)
    using third = restart(again.path, { baseUrl: server.url })
    expect(third.app.currentUser).toBeNull()
  })

  it('that a crash cut off in the middle is finished', async () => {
    await using server = await startWireServer()
    using folder = makeFolder()
    const app = new App({ id: appId, baseUrl: server.url, baseFilePath: folder.path })
    const ada = await app.logIn(as('ada'))
    using before = restart(folder.path)
    server.answerWith(() => ({ status: 502 }))
    await ada.logOut()
    const [ending = ''] = filesIn(folder.path).filter(name => name.startsWith('end-'))
    copyInto(before.path, folder.path, ending)

    using again = restart(before.path)

    expect(again.app.currentUser).toBeNull()
    expect(again.app.allUsers[ada.id]?.state).toBe('LoggedOut')
  })
})

describe('a second App object of one program', () => {
  it('sees what happened to the files since the first was made', async () => {
    await using server = await startWireServer()
    using folder = makeFolder()
    const configuration = { id: appId, baseUrl: server.url, baseFilePath: folder.path }
    const first = new App(configuration)
    const ada = await first.logIn(as('ada'))
    const [file = ''] = userFilesIn(folder.path)
    using other = restart(folder.path, { baseUrl: server.url })
    await other.app.logIn(as('bob'))
    for (const name of userFilesIn(other.path)) copyInto(folder.path, other.path, name)

    const second = new App(configuration)
    expect(Object.keys(second.allUsers).sort()).toEqual(['user-ada', 'user-bob'])
    expect(second.allUsers[ada.id]).toBe(ada)
    expect(ada.isLoggedIn).toBe(true)
    truncateSync(join(usersIn(folder.path), file), 10)

    const third = new App(configuration)
    expect(Object.keys(third.allUsers)).toEqual(['user-bob'])
    expect(ada.state).toBe('Removed')
  })
})
