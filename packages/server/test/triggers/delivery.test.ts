import { adminPaths, clientPaths, type FailedEventWire } from '@regent/protocol'
import { startTestServer, type TestApp, type TestServer } from '@regent/server/testing'
import { describe, expect, it, vi } from 'vitest'
import { logIn, post } from '../client/clients.ts'

const password = 'a-secret'
const second = 1_000

/** The last time there is. */
const ever = 8_640_000_000_000_000

/** Prints what it was given, short enough for a line of the log. */
const told = {
  source: `exports = ({ operationType, providers, user, time }) => {
    const { id, type, data, custom_data, identities } = user
    const system = context.user.type === 'system' && context.user.id === undefined
    const linked = identities.map(({ providerType }) => providerType)
    console.log(JSON.stringify({
      operationType, providers, user: { id, type, data, custom_data, linked }, time, system,
    }))
  }`,
  private: true,
}

const trigger = (
  name: string,
  operationType: 'CREATE' | 'LOGIN' | 'DELETE',
  change: Partial<NonNullable<TestApp['triggers']>[number]> = {},
): NonNullable<TestApp['triggers']>[number] => ({
  name,
  disabled: false,
  operationTypes: [operationType],
  providers: ['anon-user', 'local-userpass'],
  functionName: 'told',
  ...change,
})

const appWith = (triggers: TestApp['triggers'], functions: TestApp['functions'] = {}): TestApp => ({
  functions: { told, ...functions },
  triggers: triggers ?? [],
})

type Told = {
  readonly operationType: string
  readonly providers: readonly string[]
  readonly user: { readonly id: string; readonly linked: readonly string[] }
  readonly time: string
  readonly system: boolean
}

/** What the functions of triggers were told so far. */
const toldOf = (server: TestServer): Told[] =>
  server
    .logs()
    .filter(line => line.function === 'told')
    .flatMap(line => (line.printed ?? []) as string[])
    .map(line => JSON.parse(line.slice(line.indexOf('{'))))

/** Waits until as many were told as is said, or fails. */
const toldUntil = (server: TestServer, count: number): Promise<Told[]> =>
  vi.waitFor(
    () => {
      expect(toldOf(server)).toHaveLength(count)
      return toldOf(server)
    },
    { timeout: 20 * second, interval: 5 },
  )

const types = (events: readonly Told[]): string[] =>
  events.map(({ operationType }) => operationType).sort()

const remove = (server: TestServer, bearer: string): Promise<Response> =>
  server.request('DELETE', clientPaths.deleteUser(), { bearer })

const failedEvents = async (server: TestServer): Promise<FailedEventWire[]> => {
  const path = adminPaths.failedEvents(server.projectId, server.app.id)
  const response = await server.request('GET', path, { bearer: server.operatorKey })
  expect(response.status).toBe(200)
  return (await response.json()) as FailedEventWire[]
}

/** What waits to be delivered: in users, and in the outbox. */
const waiting = async ({ deps }: TestServer): Promise<number> =>
  (await deps.store.users.listWithEvents(50)).length +
  (await deps.store.outbox.listDue(ever, 50)).length

describe('an authentication trigger', () => {
  it('tells its function of sign-ups, log-ins and deletes, as the system user', async () => {
    await using server = await startTestServer({
      app: appWith([
        trigger('made', 'CREATE'),
        trigger('seen', 'LOGIN'),
        trigger('gone', 'DELETE'),
      ]),
    })
    const before = Date.now()

    const { user_id: id, access_token: token } = await logIn(server, 'anon-user')
    const [first, login] = await toldUntil(server, 2)
    expect(types(toldOf(server))).toEqual(['CREATE', 'LOGIN'])
    for (const event of [first, login]) {
      expect(event).toMatchObject({
        providers: ['anon-user'],
        user: { id, type: 'normal', data: {}, custom_data: {} },
        system: true,
      })
      expect(Date.parse(event?.time ?? '')).toBeGreaterThanOrEqual(before)
    }

    expect((await remove(server, token)).status).toBe(204)
    const [, , gone] = await toldUntil(server, 3)
    expect(gone).toMatchObject({ operationType: 'DELETE', user: { id } })
    await vi.waitFor(async () => expect(await waiting(server)).toBe(0))
  })

  it('is told soon, though nobody waits for it', async () => {
    await using server = await startTestServer({ app: appWith([trigger('seen', 'LOGIN')]) })
    await logIn(server, 'anon-user')
    await toldUntil(server, 1)

    const waits: number[] = []
    for (let login = 2; login <= 6; login += 1) {
      await logIn(server, 'anon-user')
      const since = performance.now()
      await toldUntil(server, login)
      waits.push(performance.now() - since)
    }

    expect(Math.min(...waits)).toBeLessThan(100)
  })

  it('hears of its own providers and types only, and nothing while it is disabled', async () => {
    await using server = await startTestServer({
      app: appWith([
        trigger('by mail', 'LOGIN', { providers: ['local-userpass'] }),
        trigger('asleep', 'CREATE', { disabled: true }),
      ]),
    })
    await post(server, clientPaths.register(server.app.clientAppId), {
      email: 'ada@example.com',
      password,
    })

    await logIn(server, 'anon-user')
    await logIn(server, 'local-userpass', { username: 'ada@example.com', password })

    expect(await toldUntil(server, 1)).toMatchObject([
      { operationType: 'LOGIN', providers: ['local-userpass'] },
    ])
    await vi.waitFor(async () => expect(await waiting(server)).toBe(0))
  })

  it('is told of a delete with all providers of the user, linked ones too', async () => {
    await using server = await startTestServer({
      app: appWith([trigger('gone', 'DELETE', { providers: ['local-userpass'] })]),
    })
    const { clientAppId } = server.app
    await post(server, clientPaths.register(clientAppId), { email: 'ada@example.com', password })
    const { access_token: bearer } = await logIn(server, 'anon-user')
    await server.request('POST', `${clientPaths.login(clientAppId, 'local-userpass')}?link=true`, {
      json: { username: 'ada@example.com', password },
      bearer,
    })

    expect((await remove(server, bearer)).status).toBe(204)

    const [gone] = await toldUntil(server, 1)
    expect(gone?.providers).toEqual(['anon-user', 'local-userpass'])
    expect(gone?.user.linked).toEqual(['anon-user', 'local-userpass'])
  })

  it('loses none of many events of one user, and of a user who is deleted at once', async () => {
    await using server = await startTestServer({
      app: appWith([trigger('seen', 'LOGIN'), trigger('gone', 'DELETE')]),
    })
    await post(server, clientPaths.register(server.app.clientAppId), {
      email: 'ada@example.com',
      password,
    })
    const credentials = { username: 'ada@example.com', password }

    const logins = await Promise.all(
      Array.from({ length: 30 }, () => logIn(server, 'local-userpass', credentials)),
    )
    await remove(server, logins[0]?.access_token ?? '')

    const events = types(await toldUntil(server, 31))
    expect(events.filter(type => type === 'LOGIN')).toHaveLength(30)
  })

  it('costs an app without triggers no write', async () => {
    await using server = await startTestServer({ app: appWith([]) })

    await logIn(server, 'anon-user')

    expect(await server.deps.store.users.listWithEvents(5)).toEqual([])
  })
})

describe('a trigger whose function fails', () => {
  const failing = appWith([trigger('seen', 'LOGIN', { functionName: 'fails' })], {
    fails: {
      source: `exports = () => { throw new Error('out of plums') }`,
      private: true,
    },
  })
  const attemptsOf = (server: TestServer): number =>
    server.logs().filter(({ msg, function: name }) => msg === 'function failed' && name === 'fails')
      .length

  const attemptsUntil = (server: TestServer, count: number): Promise<void> =>
    vi.waitFor(() => expect(attemptsOf(server)).toBeGreaterThanOrEqual(count), {
      timeout: 20 * second,
      interval: 5,
    })

  it('is tried again later and later, then given up where the operator sees it', {
    timeout: 60 * second,
  }, async () => {
    await using server = await startTestServer({ app: failing })
    const { user_id: userId } = await logIn(server, 'anon-user')
    await attemptsUntil(server, 1)
    expect(await failedEvents(server)).toEqual([])

    for (let attempt = 2; attempt <= 10; attempt += 1) {
      await vi.waitFor(async () => {
        const [row] = await server.deps.store.outbox.listDue(ever, 1)
        expect(row?.attempts).toBe(attempt - 1)
      })
      server.advance(2 ** (attempt - 1) * second)
      await attemptsUntil(server, attempt)
    }

    const [failed] = await vi.waitFor(async () => {
      const events = await failedEvents(server)
      expect(events).toHaveLength(1)
      return events
    })
    expect(failed).toMatchObject({
      trigger: 'seen',
      operation_type: 'LOGIN',
      user_id: userId,
      attempts: 10,
      error: 'out of plums',
    })
    expect(server.logs()).toContainEqual(
      expect.objectContaining({ msg: 'a trigger failed for good', trigger: 'seen', attempts: 10 }),
    )
    expect(await waiting(server)).toBe(0)
  })

  it('keeps no log-in and no other trigger from going on', async () => {
    await using server = await startTestServer({
      app: {
        ...failing,
        triggers: [...(failing.triggers ?? []), trigger('also', 'LOGIN')],
      },
    })

    await logIn(server, 'anon-user')
    await toldUntil(server, 1)
    await logIn(server, 'anon-user')

    await toldUntil(server, 2)
  })

  it('is left alone once a deployment took it away', async () => {
    await using server = await startTestServer({ app: failing })
    await logIn(server, 'anon-user')
    await attemptsUntil(server, 1)

    await server.deps.store.apps.put({ ...server.app, triggers: [] })
    server.advance(60 * second)

    await vi.waitFor(async () => expect(await waiting(server)).toBe(0), { timeout: 10 * second })
    expect(attemptsOf(server)).toBe(1)
  })
})
