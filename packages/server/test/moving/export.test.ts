import { adminPaths, clientPaths, type MovedUserLine } from '@regent/protocol'
import { startTestServer, type TestApp, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { logIn, post } from '../client/clients.ts'
import { exportLines, importLines, listed, shaHash } from './moving.ts'

const app: TestApp = { providers: ['anon-user', 'local-userpass', 'api-key'] }

const person = { username: 'eve@example.com', password: 'eve-secret' }

/** People of every kind: listed elsewhere, registered here, with keys, disabled, waiting, with one address. */
const populate = async (server: TestServer): Promise<{ key: string }> => {
  const { clientAppId } = server.app
  await logIn(server, 'anon-user')
  await post(server, clientPaths.register(clientAppId), {
    email: person.username,
    password: person.password,
  })
  const { refresh_token: bearer } = await logIn(server, 'local-userpass', person)
  const made = await server.request('POST', clientPaths.apiKeys(), { bearer, json: { name: 'ci' } })
  const { key } = (await made.json()) as { key: string }
  await logIn(server, 'api-key', { key })
  await post(server, clientPaths.register(clientAppId), {
    email: 'Never@Logged.In',
    password: '123456',
  })
  const keys = adminPaths.apiKeys(server.projectId, server.app.id)
  await server.request('POST', keys, { bearer: server.operatorKey, json: { name: 'machine' } })
  const said = await importLines(server, [
    { ...listed, email_verified: true, creation_date: 1_597_774_634.123 },
    { email: 'Ada@EXAMPLE.com', password_hash: shaHash, disabled: true },
    { email: 'pending@example.com', registration_only: true, email_state: 'pending' },
  ])
  expect([said.imported, said.refused]).toEqual([3, 0])
  return { key }
}

const sorted = (lines: readonly MovedUserLine[]): string[] =>
  lines.map(line => JSON.stringify(line)).sort()

describe('an export', () => {
  it('taken by another server makes the same users, who log in with what they had', async () => {
    await using first = await startTestServer({ app })
    const { key } = await populate(first)
    const lines = await exportLines(first)

    await using second = await startTestServer({ app })
    const said = await importLines(second, lines)
    const again = await exportLines(second)

    expect([said.imported, said.refused, said.existing]).toEqual([lines.length, 0, 0])
    expect(lines).toHaveLength(7)
    expect(sorted(again)).toEqual(sorted(lines.map(line => replaceProviders(line, first, second))))
    const [before, after] = [lines.find(isEve)?._id, await logIn(second, 'local-userpass', person)]
    expect(after.user_id).toBe(before)
    expect((await logIn(second, 'api-key', { key })).user_id).toBe(before)
    const never = { username: 'never@logged.in', password: '123456' }
    expect((await logIn(second, 'local-userpass', never)).user_id).toBeTruthy()
  })

  it('taken by the same app changes nothing', async () => {
    await using server = await startTestServer({ app })
    await populate(server)
    const lines = await exportLines(server)

    const said = await importLines(server, lines)

    expect([said.existing, said.refused, said.imported]).toEqual([lines.length, 0, 0])
    expect(await exportLines(server)).toEqual(lines)
  })

  it('holds password hashes and hashes of keys, no password and no key', async () => {
    await using server = await startTestServer({ app })
    const { key } = await populate(server)

    const text = JSON.stringify(await exportLines(server))

    expect(text).toContain('$argon2id$')
    expect(text).toContain(shaHash)
    expect(text).not.toContain(key)
    expect(text).not.toContain(person.password)
  })

  it('goes on over many pages and leaves out who is being deleted', async () => {
    await using server = await startTestServer({ app })
    const emails = Array.from({ length: 450 }, (_, at) => `user-${at}@example.com`)
    await importLines(
      server,
      emails.map(email => ({ email, registration_only: email.includes('9') })),
    )
    const leaving = (await exportLines(server))[0]?._id ?? ''
    await server.deps.store.users.markDeleting(leaving, [])

    const lines = await exportLines(server)

    expect(lines.map(({ email }) => email).sort()).toEqual(
      emails.filter(email => lines.some(line => line.email === email)).sort(),
    )
    expect(lines).toHaveLength(449)
    expect(lines.some(({ _id }) => _id === leaving)).toBe(false)
  })
})

const isEve = ({ email }: MovedUserLine): boolean => email === person.username

/** Each app has ids of its own for its providers. */
const replaceProviders = (
  line: MovedUserLine,
  { app: from }: TestServer,
  { app: to }: TestServer,
): MovedUserLine => {
  const text = from.providers.reduce(
    (before, { id, type }) =>
      before.replaceAll(id, to.providers.find(other => other.type === type)?.id ?? id),
    JSON.stringify(line),
  )
  return JSON.parse(text) as MovedUserLine
}
