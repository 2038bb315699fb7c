import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import type { App } from '../../src/domain/app.ts'
import { call, failure, serveFunctions } from './apps.ts'

const withFunctions = (app: App, sources: Readonly<Record<string, string>>): App => ({
  ...app,
  functions: Object.entries(sources).map(([name, source]) => ({
    name,
    source,
    private: false,
    canEvaluate: {},
    disableArgLogs: false,
    runAsSystem: false,
  })),
})

describe('preparing an app', () => {
  it('names the place in each source that is no JavaScript', async () => {
    await using server = await serveFunctions({})
    const app = withFunctions(server.app, {
      fine: 'exports = () => 1',
      'orders/total': 'exports = () => {\n  return 1 +* 2\n}',
      imports: 'import fs from "node:fs"\nexports = () => fs',
      open: 'exports = () => {',
      nothing: 'const total = 1',
      comment: 'exports = () => 1 // the end',
    })

    expect(await server.deps.functions.prepare(app)).toEqual([
      { name: 'orders/total', line: 2, column: 13, message: "Unexpected token '*'" },
      {
        name: 'imports',
        line: 1,
        column: 1,
        message: 'Cannot use import statement outside a module',
      },
      {
        name: 'open',
        line: 1,
        message: 'ends where something that was opened is not closed',
      },
      { name: 'nothing', message: 'assigns nothing to exports' },
    ])
  })

  it('runs nothing of the app', async () => {
    await using server = await serveFunctions({})
    const app = withFunctions(server.app, { stops: 'process.exit(1); exports = () => 1' })

    expect(await server.deps.functions.prepare(app)).toEqual([])
  })
})

/** A package on this machine, so that nothing is asked of a registry. */
const writePackage = async (folder: string): Promise<string> => {
  const path = join(folder, 'greeting')
  await mkdir(path, { recursive: true })
  await writeFile(
    join(path, 'package.json'),
    JSON.stringify({
      name: 'greeting',
      version: '1.0.0',
      main: 'index.js',
      scripts: { postinstall: `touch ${join(folder, 'script-was-run')}` },
    }),
  )
  await writeFile(
    join(path, 'index.js'),
    `String.prototype.shout = function () { return this.toUpperCase() + '!' }
    exports.greet = name => 'hello ' + name
    exports.fail = () => { throw new Error('not in the mood') }`,
  )
  return path
}

const packagesOf = async ({ dataDir }: TestServer) => {
  const path = await writePackage(dataDir)
  return {
    packageJson: JSON.stringify({
      name: 'functions',
      version: '1.0.0',
      dependencies: { greeting: `file:${path}` },
    }),
  }
}

const users = {
  greet: 'exports = name => require("greeting").greet(name)',
  imported: 'exports = async name => (await import("greeting")).default.greet(name)',
  shout: 'exports = name => { require("greeting"); return name.shout() }',
  fail: 'exports = () => require("greeting").fail()',
  missing: 'exports = () => require("left-pad")',
  relative: 'exports = () => require("./greet")',
}

describe("the app's packages", () => {
  it('are there for require and import, without their install scripts', async () => {
    await using server = await serveFunctions({})
    const functionPackages = await packagesOf(server)
    const app = { ...withFunctions(server.app, users), functionPackages, deployedAt: 1 }

    expect(await server.deps.functions.prepare(app)).toEqual([])
    const deployed = { ...server, app }
    expect(await call(deployed, 'greet', 'Ada')).toBe('hello Ada')
    expect(await call(deployed, 'imported', 'Ada')).toBe('hello Ada')
    expect(existsSync(join(server.dataDir, 'script-was-run'))).toBe(false)
  })

  it('keep what they add to JavaScript while they are loaded', async () => {
    await using server = await serveFunctions({})
    const functionPackages = await packagesOf(server)
    const app = { ...withFunctions(server.app, users), functionPackages, deployedAt: 1 }
    const deployed = { ...server, app }

    expect(await call(deployed, 'shout', 'Ada')).toBe('ADA!')
    expect(await call(deployed, 'shout', 'Ada')).toBe('ADA!')
  })

  it('are installed before the first call where a crash left them half there, and once', async () => {
    await using server = await serveFunctions({})
    const functionPackages = await packagesOf(server)
    const app = { ...withFunctions(server.app, users), functionPackages, deployedAt: 1 }
    const deployed = { ...server, app }

    const folder = join(server.dataDir, 'apps', app.clientAppId, 'functions')
    await server.deps.functions.prepare(app)
    const [installed = ''] = await readdir(folder)
    await rm(join(folder, installed), { recursive: true })
    await mkdir(join(folder, `${installed}.half-ofacrash`))
    const greetings = await Promise.all(['Ada', 'Bob'].map(name => call(deployed, 'greet', name)))
    expect(greetings).toEqual(['hello Ada', 'hello Bob'])
    expect(await readdir(folder)).toEqual([installed])
    expect(await readFile(join(folder, installed, 'package.json'), 'utf8')).toBe(
      functionPackages.packageJson,
    )
  })

  it('leave nothing half there when they cannot be installed', async () => {
    await using server = await serveFunctions({})
    const functionPackages = {
      packageJson: '{"name":"functions","dependencies":{"greeting":"file:/nowhere/greeting"}}',
      lockfile: '{"lockfileVersion":3,"packages":{}}',
    }
    const app = { ...withFunctions(server.app, users), functionPackages, deployedAt: 1 }

    const [problem, ...others] = await server.deps.functions.prepare(app)
    expect(others).toEqual([])
    expect(problem?.name).toBe('package.json')
    expect(problem?.message).toMatch(/npm error code EUSAGE/)
    expect(await readdir(join(server.dataDir, 'apps', app.clientAppId, 'functions'))).toEqual([])
    expect(await failure({ ...server, app }, 'greet')).toEqual({
      problem: 'crashed',
      message: 'the packages of the functions cannot be installed',
    })
  })

  it('throw with names of files that the owner of the app knows', async () => {
    await using server = await serveFunctions({})
    const functionPackages = await packagesOf(server)
    const app = { ...withFunctions(server.app, users), functionPackages, deployedAt: 1 }
    const deployed = { ...server, app }

    expect(await failure(deployed, 'missing')).toEqual({
      problem: 'threw',
      message: expect.stringMatching(
        /^Cannot find module 'left-pad'\nRequire stack:\n- functions\//,
      ),
    })
    expect((await failure(deployed, 'relative')).message).toMatch(/^Cannot find module '\.\/greet'/)
    await failure(deployed, 'fail')
    expect(server.logs().at(-1)?.stack).toMatch(
      /^Error: not in the mood\n {4}at \S*fail \S*\(\S*greeting\/index\.js:3:\d+\)\n {4}at exports \(functions\/fail\.js:1:37\)$/,
    )
    expect(JSON.stringify(server.logs())).not.toContain('packages/server/src/functions')
  })
})
