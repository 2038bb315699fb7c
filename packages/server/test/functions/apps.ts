import { startTestServer, type TestApp, type TestServer } from '@regent/server/testing'
import type { Config } from '../../src/config.ts'
import type { User } from '../../src/domain/user.ts'
import { FunctionError } from '../../src/functions/functions.ts'

/** A server whose app has the functions, with limits that a test can wait for. */
export const serveFunctions = (
  functions: NonNullable<TestApp['functions']>,
  more: Omit<TestApp, 'functions'> = {},
  settings: Partial<Config> = {},
): Promise<TestServer> =>
  startTestServer({
    app: { ...more, functions },
    settings: { functionSeconds: 5, functionMemoryMib: 96, functionThreads: 2, ...settings },
  })

/** What a call of the system gives. */
export const call = (
  { deps, app }: TestServer,
  name: string,
  ...args: readonly unknown[]
): Promise<unknown> => deps.functions.run(app, { name, args, caller: undefined })

/** Why a call failed: its problem and message. */
export const failure = async (
  server: TestServer,
  name: string,
  ...args: readonly unknown[]
): Promise<{ problem: string; message: string }> => {
  try {
    const value = await call(server, name, ...args)
    throw new Error(`it gave ${JSON.stringify(value)}`)
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error
    return { problem: error.problem, message: error.message }
  }
}

export const person: User = {
  id: '65a0c0ffee000000000000aa',
  appId: '65a0c0ffee000000000000ff',
  type: 'normal',
  identities: [
    {
      id: 'ada@example.com',
      providerType: 'local-userpass',
      providerId: '65a0c0ffee00000000000e01',
      data: { email: 'ada@example.com' },
      linkedAt: 0,
    },
  ],
  disabled: false,
  deleting: false,
  createdAt: 0,
  lastLoginAt: 0,
  lastSeenAt: 0,
}
