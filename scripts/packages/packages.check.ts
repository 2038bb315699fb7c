import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../run/root.mjs'
import { type Consumer, findNode20, openConsumer } from './consumer.ts'

let consumer: Consumer
beforeAll(() => {
  consumer = openConsumer()
})
afterAll(() => consumer[Symbol.dispose]())

const node20 = findNode20()
const regent = 'node_modules/@regent/cli/dist/bin.js'

describe('each package', () => {
  it('carries its licence, its page, its code and its types, and no sources or tests', () => {
    expect(consumer.tarballs.map(({ name }) => name)).toEqual([
      '@regent/protocol',
      '@regent/sdk',
      '@regent/server',
      '@regent/dev-openid',
      '@regent/cli',
    ])
    for (const { name, paths } of consumer.tarballs) {
      expect(paths, name).toEqual(
        expect.arrayContaining([
          'LICENSE',
          'README.md',
          'package.json',
          'dist/index.js',
          'dist/index.d.ts',
        ]),
      )
      const strays = paths.filter(
        path => !/^(LICENSE|README\.md|package\.json|dist\/.+)$/.test(path),
      )
      expect(strays, name).toEqual([])
      expect(
        paths.filter(path => /test|\.tsbuildinfo$/.test(path)),
        name,
      ).toEqual([])
    }
  })
})

describe('the types', () => {
  it('compile in a strict project', () => {
    consumer.write(
      'app.ts',
      `import Realm, { App, Credentials, type User, UserState } from '@regent/sdk'
import { startServer } from '@regent/server'
import { errors } from '@regent/protocol'

const app: App = new App({ id: 'quickstart-aaaaa', baseUrl: 'http://127.0.0.1:9090' })
const user: User = await app.logIn(Credentials.anonymous())
const same: boolean = user.state === UserState.LoggedIn
export const all = [same, Realm.App, startServer, errors.internal.status] as const
`,
    )
    consumer.write(
      'tsconfig.json',
      JSON.stringify({
        compilerOptions: {
          strict: true,
          exactOptionalPropertyTypes: true,
          noEmit: true,
          target: 'ES2024',
          module: 'NodeNext',
          types: ['node'],
          typeRoots: [join(root, 'node_modules', '@types')],
        },
        files: ['app.ts'],
      }),
    )
    const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')

    const { stdout, status } = spawnSync(process.execPath, [compiler, '-p', '.'], {
      cwd: consumer.folder,
      encoding: 'utf8',
    })

    expect(stdout).toBe('')
    expect(status).toBe(0)
  })
})

describe('the command', () => {
  it('tells its version', () => {
    const output = execFileSync(process.execPath, [regent, '--version'], {
      cwd: consumer.folder,
      encoding: 'utf8',
    })

    expect(output).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  it('plays the demo against the packed server, functions and OpenID provider included', async () => {
    await using server = await serve('dev')

    const told = execFileSync(process.execPath, [regent, 'demo', '--data', server.data], {
      cwd: consumer.folder,
      encoding: 'utf8',
    })

    expect(told).toContain('All of it worked')
    expect(told).not.toContain('skipped')
  })

  it('says in one sentence what to do on Node 20', context => {
    if (node20 === undefined) return context.skip('this machine has no Node 20')

    const { stdout, stderr, status } = spawnSync(node20, [regent, 'serve'], {
      cwd: consumer.folder,
      encoding: 'utf8',
    })

    expect(status).not.toBe(0)
    expect(stdout).toBe('')
    expect(stderr).toMatch(/^[^\n]*Node[^\n]*24[^\n]*\n$/)
  })
})

describe('the SDK', () => {
  const program = `
    import { App, Credentials } from '@regent/sdk'
    const app = new App({ id: 'quickstart-aaaaa', baseUrl: process.argv[2] })
    const user = await app.logIn(Credentials.anonymous())
    await user.refreshCustomData()
    const greeting = await user.functions.greet('Ada')
    console.log(JSON.stringify({ id: user.id, isLoggedIn: user.isLoggedIn, greeting }))
    await user.logOut()
    console.log(user.state)`

  const logIn = async (node: string): Promise<string> => {
    await using server = await serve()
    consumer.write('log-in.js', program)
    return execFileSync(node, ['log-in.js', server.url], {
      cwd: consumer.folder,
      encoding: 'utf8',
    })
  }
  const loggedInAndOut =
    /^\{"id":"[0-9a-f]{24}","isLoggedIn":true,"greeting":"Hello Ada[^"]*"\}\n(logged-out|removed)\n$/i

  it('logs in against the packed server on Node 24', async () => {
    expect(await logIn(process.execPath)).toMatch(loggedInAndOut)
  })

  it('logs in on Node 20 too', async context => {
    if (node20 === undefined) return context.skip('this machine has no Node 20')

    expect(await logIn(node20)).toMatch(loggedInAndOut)
  })
})

/** `regent serve` or `regent dev` of the installed packages, on a free port and an empty data folder. */
async function serve(
  command: 'serve' | 'dev' = 'serve',
): Promise<AsyncDisposable & { url: string; data: string }> {
  cpSync(join(root, 'examples', 'quickstart'), join(consumer.folder, 'quickstart'), {
    recursive: true,
  })
  const data = join(consumer.folder, `data-${process.hrtime.bigint()}`)
  mkdirSync(data)
  const child = spawn(process.execPath, [regent, command, 'quickstart'], {
    cwd: consumer.folder,
    env: { ...process.env, REGENT_PORT: '0', REGENT_DATA: data },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const url = await new Promise<string>((resolve, reject) => {
    const read = (text: string): void => {
      output += text
      const found = /http:\/\/127\.0\.0\.1:[1-9]\d*/.exec(output)
      if (found !== null) resolve(found[0])
    }
    child.stdout.setEncoding('utf8').on('data', read)
    child.stderr.setEncoding('utf8').on('data', read)
    child.on('exit', () => reject(new Error(`regent serve ended:\n${output}`)))
  })
  const end = new Promise(resolve => child.on('exit', resolve))
  return {
    url,
    data,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM')
      await end
    },
  }
}
