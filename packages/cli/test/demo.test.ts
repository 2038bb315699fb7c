import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { startTestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { run } from './terminal.ts'

const byMail = { type: 'local-userpass', config: { autoConfirm: false } } as const

const findPort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

const optionsOf = async (dataDir: string): Promise<string[]> => [
  '--data',
  dataDir,
  '--openid-port',
  String(await findPort()),
]

const owner = { owner: '%%user.id' }

/** As in the quickstart: everybody reads and writes their own, and public notes are for all. */
const notebook = {
  name: 'mongodb-atlas',
  defaultRule: {
    roles: [
      { name: 'owner', applyWhen: owner, read: true, write: owner, insert: true, delete: true },
      { name: 'reader', applyWhen: { visibility: 'public' }, read: true, write: false },
    ],
    filters: [],
  },
} as const

const titles = (out: string): string[] =>
  [...out.matchAll(/^ {2}✓ (.{16})/gm)].map(([, title = '']) => title.trim())

describe('regent demo', () => {
  it('tells the life of a person and leaves nobody behind', async () => {
    const port = await findPort()
    const google = {
      type: 'oauth2-google',
      config: { clientId: 'quickstart', openId: true, issuer: `http://127.0.0.1:${port}` },
      secretConfig: { clientSecret: 'googleSecret' },
    } as const
    await using server = await startTestServer({
      app: {
        providers: ['anon-user', byMail, 'api-key', google],
        secrets: { googleSecret: 'unused here' },
        functions: { greet: 'exports = name => "Hello, " + name' },
        dataSources: [notebook],
        customUserData: {
          source: 'mongodb-atlas',
          database: 'quickstart',
          collection: 'people',
          userIdField: 'owner',
        },
      },
    })

    const options = ['--data', server.dataDir, '--openid-port', String(port)]
    const { code, out, err } = await run(['demo', ...options])

    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).not.toContain('skipped')
    expect(titles(out)).toEqual([
      'guest',
      'register',
      'confirm',
      'link e-mail',
      'link Google',
      'profile',
      'function',
      'API key',
      'second device',
      'end a session',
      'unlink',
      'wrong password',
      'second user',
      'switch',
      'document',
      'custom data',
      'watch',
      'rules',
      'tidy up',
      'refresh',
      'log out',
      'reset',
      'delete',
      'gone',
    ])
    expect(out).toContain('All of it worked')
    expect(out).toContain('user.customData says violet')
    expect(out).toContain('Bob is told of the public one, "hello, everybody"')
    expect(out).toContain('Ada counts 2 of her notes, Bob 1; a change of his is refused: ')
    const users = { after: undefined, limit: 50 }
    expect(await server.deps.store.users.listByApp(server.app.id, users)).toEqual([])
  })

  it('goes on where an app confirms at once and has no guests', async () => {
    await using server = await startTestServer({ app: { providers: ['local-userpass'] } })

    const { code, out } = await run(['demo', ...(await optionsOf(server.dataDir))])

    expect(code).toBe(0)
    expect(out).toContain('confirm         not needed, this app confirms at once')
    expect(out).toContain('guest           skipped: the app has no anonymous log-in')
    expect(out).toContain("document        skipped: the app has no data source 'mongodb-atlas'")
    expect(out).toContain('watch           skipped: the app has no such data source')
  })

  it('takes the quickstart when there are several apps, another with --app', async () => {
    await using server = await startTestServer({
      app: [{ clientAppId: 'shop-aaaaa' }, { clientAppId: 'quickstart-aaaaa' }],
    })
    const options = await optionsOf(server.dataDir)

    expect((await run(['demo', ...options])).out).toContain('app quickstart-aaaaa')
    expect((await run(['demo', '--app', 'shop-aaaaa', ...options])).out).toContain('app shop-aaaaa')
  })

  it('says what an app needs when it cannot go on, and ends with 1', async () => {
    await using server = await startTestServer({ app: { providers: ['anon-user'] } })

    const { code, out, err } = await run(['demo', '--data', server.dataDir])

    expect(code).toBe(1)
    expect(out).toContain('✗ register')
    expect(err).toContain("✗ The demo stopped: auth provider not found: 'local-userpass'")
    expect(err).toContain('→ The demo needs `local-userpass`, enabled in auth/providers.json.')
  })
})
