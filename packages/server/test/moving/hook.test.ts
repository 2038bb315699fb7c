import { createServer } from 'node:http'
import { clientPaths } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { logIn, post, profileOf, refused } from '../client/clients.ts'
import { importLines, listed, shaHash } from './moving.ts'

const login = (server: TestServer, username: string, password: string) =>
  post(server, clientPaths.login(server.app.clientAppId, 'local-userpass'), { username, password })

const statusOf = async (server: TestServer, username: string, password: string) =>
  (await login(server, username, password)).status

const oldId = '5f3c1b2a9d8e7f6a5b4c3d2e'

/** Knows Ada, and counts how often it is asked. */
const oldSystem = `exports = async ({ username, password }) => {
  const fs = require('node:fs')
  fs.appendFileSync(context.values.get('file'), username + ' ' + password + '\\n')
  if (username === 'broken@example.com') throw new Error('down')
  return username.startsWith('ada') && password === 'old-secret'
    ? { status: 'success', id: '${oldId}', emailVerified: true }
    : { status: 'fail' }
}`

const startWithFunction = async () => {
  const { mkdtemp, readFile, rm } = await import('node:fs/promises')
  const { join } = await import('node:path')
  const { tmpdir } = await import('node:os')
  const folder = await mkdtemp(join(tmpdir(), 'regent-hook-'))
  const file = join(folder, 'asked.txt')
  const server = await startTestServer({
    app: {
      functions: { oldSystem },
      values: { file },
      migration: { functionName: 'oldSystem', sendsLetters: false },
    },
  })
  return {
    server,
    asked: async (): Promise<string[]> => {
      const text = await readFile(file, 'utf8').catch(() => '')
      return text.split('\n').filter(line => line !== '')
    },
    [Symbol.asyncDispose]: async () => {
      await server.stop()
      await server[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

describe('a migration hook that is a function', () => {
  it('moves whoever it knows at the first log-in, under their old id, and is asked once', async () => {
    await using hooked = await startWithFunction()
    const { server, asked } = hooked

    const first = await logIn(server, 'local-userpass', {
      username: 'ada@example.com',
      password: 'old-secret',
    })
    const second = await logIn(server, 'local-userpass', {
      username: 'ADA@example.com',
      password: 'old-secret',
    })
    const wrong = await login(server, 'ada@example.com', 'not-the-one')

    expect([first.user_id, second.user_id]).toEqual([oldId, oldId])
    expect((await profileOf(server, first.access_token)).data).toEqual({ email: 'ada@example.com' })
    expect(await refused(wrong)).toEqual({
      status: 401,
      error: 'unauthorized',
      error_code: 'InvalidPassword',
    })
    expect(await asked()).toEqual(['ada@example.com old-secret'])
  })

  it('makes one user when log-ins race, whoever is asked', async () => {
    await using hooked = await startWithFunction()
    const { server } = hooked
    const ada = { username: 'ada@example.com', password: 'old-secret' }

    const all = await Promise.all([1, 2, 3].map(() => logIn(server, 'local-userpass', ada)))

    expect(new Set(all.map(({ user_id }) => user_id))).toEqual(new Set([oldId]))
    expect((await server.deps.store.identities.listByUser(oldId)).length).toBe(1)
  })

  it('answers as ever when it knows nobody, or fails', async () => {
    await using hooked = await startWithFunction()
    const { server, asked } = hooked

    const unknown = await refused(await login(server, 'bob@example.com', 'whatever'))
    const broken = await refused(await login(server, 'broken@example.com', 'whatever'))

    expect(unknown).toEqual({ status: 401, error: 'unauthorized', error_code: 'InvalidPassword' })
    expect(broken).toEqual(unknown)
    expect(await asked()).toHaveLength(2)
    const lines = server.logs().filter(({ msg }) => msg === 'the migration hook gave no answer')
    expect(lines).toHaveLength(1)
    expect(JSON.stringify(lines)).not.toContain('whatever')
  })

  it('gives a password to an account that came without one, and to no other', async () => {
    await using hooked = await startWithFunction()
    const { server, asked } = hooked
    await importLines(server, [
      { ...listed, _id: oldId },
      { email: 'ada2@example.com', password_hash: shaHash },
    ])

    expect(await statusOf(server, 'ada2@example.com', 'old-secret')).toBe(401)
    const { user_id } = await logIn(server, 'local-userpass', {
      username: 'ada@example.com',
      password: 'old-secret',
    })
    expect(user_id).toBe(oldId)
    expect(await asked()).toEqual(['ada@example.com old-secret'])
  })

  it('that names the id of somebody who is there makes a user of another id', async () => {
    await using hooked = await startWithFunction()
    const { server } = hooked
    await importLines(server, [{ email: 'bob@example.com', _id: oldId, password_hash: shaHash }])

    const ada = await logIn(server, 'local-userpass', {
      username: 'ada@example.com',
      password: 'old-secret',
    })

    expect(ada.user_id).not.toBe(oldId)
    expect(await statusOf(server, 'bob@example.com', 'old-secret')).toBe(401)
    expect(server.logs().map(({ msg }) => msg)).toContain(
      'the migration hook named a user who is there already',
    )
  })
})

type Seen = { readonly body: unknown; readonly authorization: string | undefined }

const startOldServer = async (answer: (body: { username: string }) => [number, string]) => {
  const seen: Seen[] = []
  const http = createServer((request, response) => {
    let text = ''
    request.on('data', chunk => (text += chunk))
    request.on('end', () => {
      const body = JSON.parse(text) as { username: string }
      seen.push({ body, authorization: request.headers.authorization })
      const [status, said] = answer(body)
      response.writeHead(status, { 'content-type': 'application/json' }).end(said)
    })
  })
  await new Promise<void>(resolve => http.listen(0, '127.0.0.1', resolve))
  const { port } = http.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}/check`,
    seen,
    [Symbol.asyncDispose]: () => new Promise<void>(resolve => http.close(() => resolve())),
  }
}

describe('a migration hook at an address', () => {
  it('is asked with the secret, and believed when it says success', async () => {
    await using old = await startOldServer(({ username }) =>
      username === 'ada@example.com' ? [200, '{"status":"success"}'] : [404, ''],
    )
    await using server = await startTestServer({
      app: {
        secrets: { oldKey: 'hush' },
        migration: { url: old.url, secretName: 'oldKey', sendsLetters: false },
      },
    })

    expect(await statusOf(server, 'ada@example.com', 'old-secret')).toBe(200)
    expect(await statusOf(server, 'ada@example.com', 'old-secret')).toBe(200)
    expect(await statusOf(server, 'bob@example.com', 'old-secret')).toBe(401)
    expect(old.seen).toEqual([
      {
        authorization: 'Bearer hush',
        body: { app: 'test-aaaaa', username: 'ada@example.com', password: 'old-secret' },
      },
      {
        authorization: 'Bearer hush',
        body: { app: 'test-aaaaa', username: 'bob@example.com', password: 'old-secret' },
      },
    ])
    expect(JSON.stringify(server.logs())).not.toMatch(/old-secret|hush/)
  })

  it('lets nobody in that answers nonsense, an error or not at all', async () => {
    const answers: Record<string, [number, string]> = {
      'a@example.com': [200, 'yes'],
      'b@example.com': [200, '{"status":true}'],
      'c@example.com': [500, '{"status":"success"}'],
      'd@example.com': [302, '{"status":"success"}'],
      'e@example.com': [200, `"${'x'.repeat(100_000)}"`],
    }
    await using old = await startOldServer(({ username }) => answers[username] ?? [200, ''])
    await using server = await startTestServer({
      app: { migration: { url: old.url, sendsLetters: false } },
    })

    for (const username of Object.keys(answers)) {
      expect(await statusOf(server, username, 'old-secret'), username).toBe(401)
    }
    expect(old.seen).toHaveLength(5)
  })
})

describe('an account that came without a password', () => {
  it('is sent the letter with which one is set when somebody tries to log in, if the app says so', async () => {
    await using server = await startTestServer({ app: { migration: { sendsLetters: true } } })
    await importLines(server, [{ ...listed, email_verified: true }])

    const known = await refused(await login(server, 'ada@example.com', 'whatever'))
    const unknown = await refused(await login(server, 'bob@example.com', 'whatever'))

    await expect.poll(() => server.mailbox()).toHaveLength(1)
    const [letter] = await server.mailbox()
    expect(known).toEqual(unknown)
    expect(letter?.to).toBe('Ada@Example.com')
  })

  it('is sent none otherwise', async () => {
    await using server = await startTestServer()
    await importLines(server, [{ ...listed, email_verified: true }])

    await login(server, 'ada@example.com', 'whatever')

    expect(await server.mailbox()).toEqual([])
  })
})
