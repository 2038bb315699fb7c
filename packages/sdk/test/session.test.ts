import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextSession, type SessionEvent, type SessionState, tokensOf } from '../src/session.ts'

/** What a reader of the rules would keep in mind: which login there is, and which refresh may still count. */
type Model = {
  login: string | undefined
  removed: boolean
  /** Refreshes that were started for the present login and not overtaken. */
  counting: Promise<void> | undefined
  accessToken: string | undefined
}

type Real = { state: SessionState; logins: number; tokens: number; refreshes: Promise<void>[] }

const send = (real: Real, event: SessionEvent): void => {
  real.state = nextSession(real.state, event)
}

const agree = (model: Model, { state }: Real): void => {
  const tokens = tokensOf(state)
  expect(tokens?.refreshToken).toBe(model.login)
  expect(tokens?.accessToken).toBe(model.accessToken)
  expect(state.status === 'removed').toBe(model.removed)
  expect(state.status === 'refreshing' ? state.pending : undefined).toBe(model.counting)
}

const command = (
  name: string,
  run: (model: Model, real: Real) => void,
): fc.Command<Model, Real> => ({
  check: () => true,
  run: (model, real) => {
    run(model, real)
    agree(model, real)
  },
  toString: () => name,
})

const logIn = command('logIn', (model, real) => {
  const tokens = { accessToken: `access ${real.tokens++}`, refreshToken: `login ${real.logins++}` }
  send(real, { type: 'logged-in', tokens })
  if (model.removed) return
  model.login = tokens.refreshToken
  model.accessToken = tokens.accessToken
  model.counting = undefined
})

const leave = (type: 'logged-out' | 'removed') =>
  command(type, (model, real) => {
    send(real, { type })
    model.login = undefined
    model.accessToken = undefined
    model.counting = undefined
    model.removed ||= type === 'removed'
  })

const startRefresh = command('startRefresh', (model, real) => {
  const pending = Promise.resolve()
  real.refreshes.push(pending)
  send(real, { type: 'refresh-started', pending })
  if (model.login !== undefined) model.counting ??= pending
})

const endRefresh = (which: number, type: 'refreshed' | 'refresh-failed') =>
  command(`${type} ${which}`, (model, real) => {
    const pending = real.refreshes[which % Math.max(1, real.refreshes.length)]
    if (!pending) return
    const accessToken = `access ${real.tokens++}`
    send(real, { type, pending, accessToken })
    if (model.counting !== pending) return
    model.counting = undefined
    if (type === 'refreshed') model.accessToken = accessToken
  })

const link = (which: number) =>
  command(`link ${which}`, (model, real) => {
    const login = `login ${which % Math.max(1, real.logins)}`
    const accessToken = `access ${real.tokens++}`
    send(real, { type: 'linked', login, accessToken })
    if (model.login === login) model.accessToken = accessToken
  })

const commands = fc.commands(
  [
    fc.constant(logIn),
    fc.constant(leave('logged-out')),
    fc.constant(leave('removed')),
    fc.constant(startRefresh),
    fc.nat(20).map(which => endRefresh(which, 'refreshed')),
    fc.nat(20).map(which => endRefresh(which, 'refresh-failed')),
    fc.nat(20).map(link),
  ],
  { size: '+1' },
)

const start = () => ({
  model: {
    login: undefined,
    removed: false,
    counting: undefined,
    accessToken: undefined,
  } as Model,
  real: { state: { status: 'logged-out' }, logins: 0, tokens: 0, refreshes: [] } as Real,
})

describe('nextSession', () => {
  it('keeps to its model whatever happens in whatever order', () => {
    fc.assert(
      fc.property(commands, list => fc.modelRun(start, list)),
      { numRuns: 500 },
    )
  })

  it('ignores a refresh that ends after a log-out', () => {
    const pending = Promise.resolve()
    const tokens = { accessToken: 'old', refreshToken: 'login' }
    const events: SessionEvent[] = [
      { type: 'logged-in', tokens },
      { type: 'refresh-started', pending },
      { type: 'logged-out' },
      { type: 'refreshed', pending, accessToken: 'new' },
    ]

    const state = events.reduce(nextSession, { status: 'logged-out' } as SessionState)

    expect(state).toEqual({ status: 'logged-out' })
  })

  it('ignores a refresh of a login that another login has replaced', () => {
    const pending = Promise.resolve()
    const second = { accessToken: 'second', refreshToken: 'second login' }
    const events: SessionEvent[] = [
      { type: 'logged-in', tokens: { accessToken: 'first', refreshToken: 'first login' } },
      { type: 'refresh-started', pending },
      { type: 'logged-in', tokens: second },
      { type: 'refreshed', pending, accessToken: 'late' },
    ]

    const state = events.reduce(nextSession, { status: 'logged-out' } as SessionState)

    expect(state).toEqual({ status: 'active', tokens: second })
  })
})
