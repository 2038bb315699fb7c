import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type App, Credentials, type User } from '../src/index.ts'
import { logInAs } from './logged-in.ts'
import { type Seen, startWireServer, type WireServer } from './wire-server.ts'

const credentials = Credentials.emailPassword('ada', 'password')
const actions = ['call', 'key', 'refresh', 'link', 'logIn', 'logOut', 'expire', 'revoke'] as const
type Action = (typeof actions)[number]

const over = { error: 'invalid session', error_code: 'InvalidSession' }

/** What the server says of functions and keys: an answer for a token that is good, 401 for any other. */
const rule = (server: WireServer, isGood: (token: string) => boolean) => (seen: Seen) => {
  const token = seen.bearer ?? ''
  const allowed = {
    status: 200,
    body: { _id: '0'.repeat(24), name: 'n', disabled: false, key: 'k' },
  }
  if (seen.path.endsWith('/api_keys')) {
    return server.sessions.has(token) ? allowed : { status: 401, body: over }
  }
  if (!seen.path.endsWith('/functions/call')) return undefined
  return isGood(token) ? { status: 200, body: 'null' } : { status: 401, body: over }
}

type World = {
  readonly server: WireServer
  readonly app: App
  readonly user: User
  /** Access tokens made before this many requests are refused. */
  expire: () => void
  /** What the last log-in or log-out left, whatever was still under way. */
  loggedOutLast: boolean
  /** Refresh token of the newest log-in. */
  login: string
  sent: number
}

const run = async (world: World, action: Action): Promise<void> => {
  const { server, app, user } = world
  const name = `call-${world.sent++}`
  switch (action) {
    case 'call':
      await user.callFunction(name)
      return
    case 'key':
      await user.apiKeys.create(name)
      return
    case 'refresh':
      await user.refreshCustomData()
      return
    case 'link':
      return user.linkCredentials(Credentials.emailPassword(name, 'password'))
    case 'logIn':
      await app.logIn(credentials)
      world.loggedOutLast = false
      world.login = user.refreshToken ?? ''
      return
    case 'logOut': {
      const done = user.logOut()
      world.loggedOutLast = true
      return done
    }
    case 'expire':
      return world.expire()
    case 'revoke':
      server.sessions.clear()
  }
}

const nameIn = ({ body }: Seen): string | undefined =>
  typeof body === 'object' && body !== null && 'name' in body ? String(body.name) : undefined

/** All that has to hold when nothing is under way any more. */
const check = ({ server, app, user, loggedOutLast, login }: World): void => {
  const times = new Map<string, number>()
  for (const seen of server.requests) {
    const name = nameIn(seen)
    if (name !== undefined) times.set(name, (times.get(name) ?? 0) + 1)
    expect(seen.bearer).not.toBe('')
    expect(seen.bearer).not.toBe('undefined')
  }
  expect(Math.max(0, ...times.values())).toBeLessThanOrEqual(2)
  if (loggedOutLast) expect(user.state).toBe('LoggedOut')
  else if (server.sessions.has(login)) expect(user.refreshToken).toBe(login)
  expect(app.currentUser).toBe(user.isLoggedIn ? user : null)
  expect(user.accessToken === '').toBe(!user.isLoggedIn)
  expect(user.refreshToken === '').toBe(!user.isLoggedIn)
  expect(app.allUsers[user.id]).toBe(user)
}

const play = async (scheduler: fc.Scheduler, list: readonly Action[]): Promise<void> => {
  await using server = await startWireServer()
  const { app, user } = await logInAs(server, 'ada')
  const refused = new Set<string>()
  const made: string[] = []
  const answer = rule(server, token => !refused.has(token))
  server.answerWith(async seen => {
    if (seen.bearer !== undefined) made.push(seen.bearer)
    await scheduler.schedule(Promise.resolve())
    return answer(seen)
  })
  const expire = (): void => {
    for (const token of [...made, user.accessToken ?? '']) refused.add(token)
    server.expireAccessTokens()
  }
  const login = user.refreshToken ?? ''
  const world: World = { server, app, user, expire, loggedOutLast: false, login, sent: 0 }
  const running = list.map(action =>
    scheduler.schedule(Promise.resolve()).then(() => run(world, action)),
  )
  await scheduler.waitFor(Promise.allSettled(running))
  check(world)
  server.answerWith(answer)
  await app.logIn(credentials)
  expect(await user.callFunction('afterwards')).toBeNull()
}

describe('calls in any order', () => {
  it('are sent twice at most, and a log-out is final whatever ends after it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.constantFrom(...actions), { minLength: 2, maxLength: 12 }),
        play,
      ),
      { numRuns: 60 },
    )
  })
})
