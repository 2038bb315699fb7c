import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { adminPaths, clientPaths, type KeysWire } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { finishRotationOnce } from '../../src/jobs/finish-rotation.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

type Tokens = { readonly access_token: string; readonly refresh_token: string }

const rotate = async (server: TestServer, json: object): Promise<KeysWire> => {
  const options = { json, bearer: server.operatorKey }
  const response = await server.request('POST', adminPaths.rotateKeys(), options)
  expect(response.status).toBe(202)
  return (await response.json()) as KeysWire
}

/** A server that may not be the only one of its store leaves the old master key to be taken out by hand. */
const rotateMaster = async (server: TestServer): Promise<KeysWire> => {
  const begun = await rotate(server, { what: 'master' })
  if (begun.master_keys === 1) return begun
  const { operatorKey: bearer } = server
  const finished = await server.request('POST', adminPaths.finishKeys(), { bearer })
  expect(finished.status).toBe(200)
  return (await finished.json()) as KeysWire
}

const keysOf = async (server: TestServer): Promise<KeysWire> => {
  const { operatorKey: bearer } = server
  return (await (await server.request('GET', adminPaths.keys(), { bearer })).json()) as KeysWire
}

const logIn = async (server: TestServer): Promise<Tokens> => {
  const path = clientPaths.login(server.app.clientAppId, 'anon-user')
  return (await (await server.request('POST', path, { json: {} })).json()) as Tokens
}

const refresh = async (server: TestServer, bearer: string): Promise<Response> =>
  server.request('POST', clientPaths.session(), { bearer })

const profile = async (server: TestServer, bearer: string): Promise<number> =>
  (await server.request('GET', clientPaths.profile(), { bearer })).status

const headerOf = (token: string): { readonly kid: string; readonly alg: string } =>
  JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())

const publicKids = async (server: TestServer): Promise<string[]> => {
  const response = await server.request('GET', clientPaths.jwks(server.app.clientAppId))
  return ((await response.json()) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid)
}

/** Takes rotations further, after what goes on by itself. */
const goOn = async (server: TestServer): Promise<void> => {
  while (!(await finishRotationOnce(server.deps)))
    await new Promise(resolve => setImmediate(resolve))
}

const numbers = (keys: readonly { readonly number: number }[] = []): number[] =>
  keys.map(({ number }) => number)

describe('new signing keys', () => {
  it('are shown first, sign later, and log nobody out', async () => {
    await using server = await startTestServer()
    const before = await logIn(server)
    const [oldKid] = await publicKids(server)

    await rotate(server, { what: 'signing' })
    const kids = await publicKids(server)
    const shown = await logIn(server)
    expect(kids).toHaveLength(2)
    expect(kids[1]).toBe(oldKid)
    expect(headerOf(shown.access_token).kid).toBe(oldKid)
    expect(headerOf(shown.refresh_token).kid).toBe('refresh-1')

    server.advance(2 * minuteMs)
    expect(headerOf((await logIn(server)).refresh_token).kid).toBe('refresh-2')
    server.advance(8 * minuteMs)
    const after = await logIn(server)
    expect(headerOf(after.access_token).kid).toBe(kids[0])
    for (const { access_token, refresh_token } of [before, shown, after]) {
      expect(await profile(server, access_token)).toBe(200)
      expect((await refresh(server, refresh_token)).status).toBe(201)
    }
  })

  it('are the same when they are asked for again before they sign', async () => {
    await using server = await startTestServer()
    const first = await rotate(server, { what: 'signing' })
    server.advance(2 * minuteMs)
    const second = await rotate(server, { what: 'signing', app: server.app.clientAppId })

    expect(numbers(first.apps[0]?.access)).toEqual([2, 1])
    expect(second.apps[0]?.access).toEqual(first.apps[0]?.access)
    expect(numbers(second.apps[0]?.refresh)).toEqual([3, 2, 1])
  })

  it('outlive the old ones, which go when the last token of theirs is over', async () => {
    await using server = await startTestServer()
    const { refresh_token } = await logIn(server)
    await rotate(server, { what: 'signing' })
    server.advance(10 * minuteMs)
    const last = (await (await refresh(server, refresh_token)).json()) as Tokens

    server.advance(39 * minuteMs)
    await goOn(server)
    expect(numbers((await keysOf(server)).apps[0]?.access)).toEqual([2, 1])
    server.advance(2 * minuteMs)
    await goOn(server)
    const [app] = (await keysOf(server)).apps
    expect([numbers(app?.access), numbers(app?.refresh)]).toEqual([[2], [2, 1]])
    expect(await publicKids(server)).toHaveLength(1)
    expect(await profile(server, last.access_token)).toBe(401)
    expect((await refresh(server, refresh_token)).status).toBe(201)

    await server.request('DELETE', clientPaths.session(), { bearer: refresh_token })
    await goOn(server)
    expect(numbers((await keysOf(server)).apps[0]?.refresh)).toEqual([2])
  })

  it('log everybody out when they are wanted at once', async () => {
    await using server = await startTestServer()
    const { access_token, refresh_token } = await logIn(server)
    await rotate(server, { what: 'signing' })
    expect(await profile(server, access_token)).toBe(200)

    const { apps } = await rotate(server, { what: 'signing', at_once: true })

    expect([numbers(apps[0]?.access), numbers(apps[0]?.refresh)]).toEqual([[2], [2]])
    expect(await profile(server, access_token)).toBe(401)
    expect((await refresh(server, refresh_token)).status).toBe(401)
    const again = await logIn(server)
    expect(await profile(server, again.access_token)).toBe(200)
    expect((await refresh(server, again.refresh_token)).status).toBe(201)
  })

  it('are for apps that there are', async () => {
    await using server = await startTestServer()
    const ask = (json: object) =>
      server.request('POST', adminPaths.rotateKeys(), { json, bearer: server.operatorKey })

    const unknown = await ask({ what: 'signing', app: 'shop-zzzzz' })
    const wrong = await ask({ what: 'everything' })

    expect([unknown.status, wrong.status]).toEqual([404, 400])
    expect(await unknown.json()).toMatchObject({ error: "app not found: 'shop-zzzzz'" })
    expect(await wrong.json()).toMatchObject({ error: "'what' is not valid" })
  })
})

describe('a new master key', () => {
  const withSecrets = { app: { secrets: { colour: 'green' } } }

  it('seals everything anew, and opens it after a restart', async () => {
    await using server = await startTestServer(withSecrets)
    const { deps, app, dataDir } = server
    const keyFile = join(dataDir, 'master.key')
    const { refresh_token } = await logIn(server)
    await deps.appSecrets.write(app.id, 'size', 'large')
    const sealed = await deps.store.secrets.find(app.id, 'size')
    const oldKey = await readFile(keyFile, 'utf8')

    const begun = await rotateMaster(server)
    expect([numbers(begun.data_keys), begun.master_keys]).toEqual([[2, 1], 1])
    server.advance(minuteMs)
    await goOn(server)

    expect((await keysOf(server)).is_resealed).toBe(true)
    expect((await deps.store.secrets.find(app.id, 'size'))?.sealed).not.toEqual(sealed?.sealed)
    expect(await deps.appSecrets.read(app.id, 'size')).toBe('large')
    expect((await refresh(server, refresh_token)).status).toBe(201)
    if (deps.config.masterKey === undefined) {
      expect(await readFile(keyFile, 'utf8')).not.toBe(oldKey)
    }

    server.advance(2 * dayMs + hourMs)
    await goOn(server)
    expect(numbers((await keysOf(server)).data_keys)).toEqual([2])
    expect(await deps.appSecrets.read(app.id, 'size')).toBe('large')
    expect((await refresh(server, refresh_token)).status).toBe(201)
  })

  it('is the only one that opens the store of a data folder afterwards', async () => {
    const settings = { store: undefined }
    await using server = await startTestServer({ settings })
    const { app, deps, dataDir } = server
    const { refresh_token } = await logIn(server)
    await deps.appSecrets.write(app.id, 'size', 'large')
    const oldKey = (await readFile(join(dataDir, 'master.key'), 'utf8')).trim()
    await rotate(server, { what: 'master' })
    await server.stop()

    const masterKey = Buffer.from(oldKey, 'base64url').toString('base64')
    const withOld = startTestServer({ dataDir, settings: { ...settings, masterKey } })
    await expect(withOld).rejects.toThrow('is it the right master key?')
    await using again = await startTestServer({ dataDir, settings })
    await goOn(again)
    expect((await refresh(again, refresh_token)).status).toBe(201)
    expect(await again.deps.appSecrets.read(app.id, 'size')).toBe('large')
  })

  it('is given beside the old one where the settings hold it', async () => {
    const settings = { store: undefined }
    const [first, second] = ['1', '2'].map(text => Buffer.alloc(32, text).toString('base64'))
    await using server = await startTestServer({ settings: { ...settings, masterKey: first } })
    const { app, deps, dataDir } = server
    await deps.appSecrets.write(app.id, 'size', 'large')
    const rotated = await rotate(server, { what: 'master' })
    expect([numbers(rotated.data_keys), rotated.master_keys]).toEqual([[2, 1], 1])
    await server.stop()

    const change = { ...settings, masterKey: second, masterKeyBefore: first }
    await using changed = await startTestServer({ dataDir, settings: change })
    expect(await changed.deps.appSecrets.read(app.id, 'size')).toBe('large')
    await changed.stop()
    await using last = await startTestServer({
      dataDir,
      settings: { ...settings, masterKey: second },
    })
    expect(await last.deps.appSecrets.read(app.id, 'size')).toBe('large')
    await last.stop()
    const old = startTestServer({ dataDir, settings: { ...settings, masterKey: first } })
    await expect(old).rejects.toThrow('is it the right master key?')
  })
})

describe('two master keys that open a store', () => {
  it('keep others from being made, until the older is taken out', async () => {
    await using server = await startTestServer({ settings: { store: undefined } })
    const { operatorKey: bearer } = server
    await server.deps.secrets.addMasterKey(randomBytes(32))
    const ask = () =>
      server.request('POST', adminPaths.rotateKeys(), { json: { what: 'master' }, bearer })

    const refused = await ask()
    expect(refused.status).toBe(409)
    expect(await refused.json()).toMatchObject({
      error:
        'two master keys open the store: give every server the new one, then finish the rotation',
    })
    const finished = await server.request('POST', adminPaths.finishKeys(), { bearer })

    expect(((await finished.json()) as KeysWire).master_keys).toBe(1)
    expect((await ask()).status).toBe(202)
  })
})

describe('keys that change under load', () => {
  it('fail no request and log nobody out', { timeout: 120_000 }, async () => {
    await using server = await startTestServer({ app: { secrets: { colour: 'green' } } })
    const people = await Promise.all(Array.from({ length: 10 }, () => logIn(server)))
    const failures: string[] = []
    let requests = 0
    let isOver = false
    const use = async ({ refresh_token }: Tokens): Promise<void> => {
      while (!isOver) {
        const refreshed = await refresh(server, refresh_token)
        const { access_token } = (await refreshed.json()) as Tokens
        const seen = refreshed.status === 201 ? await profile(server, access_token) : 0
        requests += 2
        if (seen !== 200) failures.push(`${refreshed.status} ${seen}`)
      }
    }
    const using = people.map(use)
    const goneBy = async (): Promise<void> => {
      const wanted = requests + 60
      while (requests < wanted) await new Promise(resolve => setTimeout(resolve, 5))
    }

    for (let round = 0; round < 3; round++) {
      await rotate(server, { what: 'signing' })
      await rotateMaster(server)
      await goneBy()
      for (const ms of [1, 10, 20, 20, 5].map(minutes => minutes * minuteMs)) {
        server.advance(ms)
        await goOn(server)
        await goneBy()
      }
    }
    isOver = true
    await Promise.all(using)

    expect(failures).toEqual([])
    const { apps, data_keys } = await keysOf(server)
    expect(numbers(apps[0]?.access)).toEqual([4])
    expect(numbers(apps[0]?.refresh)).toEqual([4, 3, 2, 1])
    expect(numbers(data_keys)).toEqual([4, 3, 2, 1])
  })
})
