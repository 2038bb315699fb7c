import { describe, expect, it } from 'vitest'
import { arrowRule } from './arrows.ts'
import { callRule } from './calls.ts'
import { cycleRule } from './cycles.ts'
import { floorRule } from './floors.ts'
import { nameRule } from './names.ts'
import { noteRule } from './notes.ts'
import { projectOf, type Rule } from './project.ts'
import { sizeRule } from './sizes.ts'
import { pathRule, refusalRule } from './tables.ts'

const top = 'packages/server/src'

/** What the rule finds in a project of these files: `path:line message` each. */
function findings(rule: Rule, files: Readonly<Record<string, string>>): string[] {
  return rule(projectOf(Object.entries(files))).map(
    ({ path, line, message }) => `${path}${line === undefined ? '' : `:${line}`} ${message}`,
  )
}

describe('floors', () => {
  it('lets a room import its own floor and those below', () => {
    const found = findings(floorRule, {
      [`${top}/use-cases/log-in.ts`]: `
        import { a } from './a.ts'
        import type { Deps } from '../deps.ts'
        import { AppError } from '../errors.ts'
        import { errors } from '@regent/protocol'`,
    })

    expect(found).toEqual([])
  })

  it('refuses an import upwards in every form', () => {
    const found = findings(floorRule, {
      [`${top}/store/users.ts`]: `import { logIn } from '../use-cases/log-in.ts'
export type { Route } from '../routes/login.ts'
export const later = () => import('../server.ts')
type App = import('../app.ts').App
new Worker(new URL('../jobs/thread.ts', import.meta.url))`,
    })

    const rest = (name: string, floor: number): string =>
      `is on floor 3 and may not import ${name}, which is on floor ${floor}`
    expect(found.sort()).toEqual([
      `${top}/store/users.ts:1 ${rest('use-cases/log-in.ts', 6)}`,
      `${top}/store/users.ts:2 ${rest('routes/login.ts', 8)}`,
      `${top}/store/users.ts:3 ${rest('server.ts', 9)}`,
      `${top}/store/users.ts:4 ${rest('app.ts', 9)}`,
      `${top}/store/users.ts:5 ${rest('jobs/thread.ts', 8)}`,
    ])
  })

  it('asks for a room', () => {
    const path = `${top}/stuff/thing.ts`

    expect(findings(floorRule, { [path]: '' })).toEqual([
      `${path} stands in no room of the server: scripts/shape/floors.ts lists them`,
    ])
  })

  it('takes only types from deps.ts', () => {
    const path = `${top}/use-cases/log-in.ts`

    expect(findings(floorRule, { [path]: `import { x } from '../deps.ts'` })).toEqual([
      `${path}:1 deps.ts has types only: write \`import type\``,
    ])
  })
})

describe('arrows between packages', () => {
  const inPackage = (name: string, text: string): string[] => {
    const dependencies = { '@regent/protocol': '0', '@regent/server': '0', mingo: '0' }
    return findings(arrowRule, {
      [`packages/${name}/package.json`]: JSON.stringify({ dependencies }),
      [`packages/${name}/src/a.ts`]: text,
    }).filter(found => !found.includes('which nothing imports'))
  }

  it('go to the protocol and to declared packages', () => {
    const text = `import { errors } from '@regent/protocol'\nimport fs from 'node:fs'`

    expect(inPackage('sdk', text)).toEqual([])
  })

  it('do not go from the SDK to the server', () => {
    expect(inPackage('sdk', `import type { A } from '@regent/server'`)).toEqual([
      'packages/sdk/src/a.ts:1 sdk may not import @regent/server here',
    ])
  })

  it('go from the command to the server where it serves, else only for types', () => {
    expect(inPackage('cli', `import type { A } from '@regent/server'`)).toEqual([])
    expect(inPackage('cli', `import { a } from '@regent/server'`)).toEqual([
      'packages/cli/src/a.ts:1 cli may not import @regent/server here',
    ])
  })

  it('do not go to what package.json lacks', () => {
    expect(inPackage('sdk', `import { z } from 'zod/mini'`)).toEqual([
      'packages/sdk/src/a.ts:1 zod is not a dependency of packages/sdk',
    ])
  })

  it('do not go into another package’s files or out of the repository', () => {
    const text = `import '../../server/src/app.ts'\nimport '../../../../x.ts'`

    expect(inPackage('sdk', text)).toEqual([
      'packages/sdk/src/a.ts:1 imports ../../server/src/app.ts of another package: use its name',
      'packages/sdk/src/a.ts:2 imports ../../../../x.ts, outside the repository',
      'packages/sdk/src/a.ts:2 imports ../../../../x.ts of another package: use its name',
    ])
  })

  it('are all used', () => {
    const found = findings(arrowRule, {
      'packages/sdk/package.json': '{ "dependencies": { "bson": "7", "zod": "4" } }',
      'packages/sdk/src/a.ts': `const { Long } = require('bson')`,
    })

    expect(found).toEqual(['packages/sdk/package.json declares zod, which nothing imports'])
  })

  it('reach heavy packages when they are needed', () => {
    expect(inPackage('server', `const m = await import('mingo')`)).toEqual([])
    expect(inPackage('server', `import { Query } from 'mingo'`)).toEqual([
      "packages/server/src/a.ts:1 mingo is loaded at first use: await import('mingo')",
    ])
  })
})

describe('cycles', () => {
  it('are found through types and other folders', () => {
    const found = findings(cycleRule, {
      'a/one.ts': `import type { Two } from '../b/two.ts'`,
      'b/two.ts': `export * from '../a/three.ts'`,
      'a/three.ts': `import { one } from './one.ts'`,
    })

    expect(found).toEqual(['a/one.ts imports itself through ../b/two.ts → three.ts → one.ts'])
  })

  it('are not two ways to the same file', () => {
    const found = findings(cycleRule, {
      'a.ts': `import './b.ts'\nimport './c.ts'`,
      'b.ts': `import './d.ts'`,
      'c.ts': `import './d.ts'`,
      'd.ts': '',
    })

    expect(found).toEqual([])
  })
})

describe('sizes', () => {
  const lines = (count: number): string => 'a()\n'.repeat(count)

  it('count code, not comments and blank lines', () => {
    const padding = '\n// why\n/** more\n * why\n */\n'.repeat(200)

    expect(findings(sizeRule, { [`${top}/a.ts`]: lines(300) + padding })).toEqual([])
    expect(findings(sizeRule, { [`${top}/a.ts`]: lines(301) })).toEqual([
      `${top}/a.ts has 301 code lines, 300 are the limit: cut along the noun`,
    ])
  })

  it('are larger for tests, and open for tables', () => {
    const found = findings(sizeRule, {
      'packages/server/test/a.test.ts': lines(601),
      'packages/protocol/src/errors.ts': lines(900),
    })

    expect(found).toEqual([
      'packages/server/test/a.test.ts has 601 code lines, 600 are the limit: cut along the noun',
    ])
  })

  it('hold for folders', () => {
    const files = Array.from({ length: 26 }, (_, index) => [`${top}/store/f${index}.ts`, ''])

    expect(findings(sizeRule, Object.fromEntries(files))).toEqual([
      `${top}/store has 26 files, 25 are the limit`,
    ])
  })
})

describe('calls', () => {
  it('for settings, time, chance and output are refused outside their doors', () => {
    const text = `process.env.A
Date.now()
new Date()
Math.random()
crypto.randomUUID()
console.log(1)`
    const messages = findings(callRule, { [`${top}/use-cases/a.ts`]: text })

    expect(
      messages.map(message => /:(\d) uses ([^:]+):/.exec(message)?.slice(1).join(' ')),
    ).toEqual([
      '1 process.env',
      '2 Date.now',
      '3 new Date()',
      '4 Math.random',
      '5 randomUUID',
      '6 console',
    ])
  })

  it('are allowed at their doors, in texts and in the CLI', () => {
    const found = findings(callRule, {
      [`${top}/config.ts`]: 'process.env',
      [`${top}/server.ts`]: 'Date.now()',
      [`${top}/use-cases/a.ts`]: `// Date.now()\nnew Date(5)\nconst text = 'console.log'`,
      'packages/cli/src/bin.ts': 'console.log(process.env.HOME)',
    })

    expect(found).toEqual([])
  })
})

describe('names', () => {
  it('say what a file is about', () => {
    expect(
      findings(nameRule, {
        'packages/sdk/src/utils/a.ts': '',
        'packages/sdk/src/logIn.ts': '',
        'packages/sdk/src/users/index.ts': `export { a } from './a.ts'`,
        'packages/sdk/src/routes/index.ts': `import './a.ts'\nexport const routes = 1`,
      }),
    ).toEqual([
      'packages/sdk/src/utils/a.ts is named after nothing: find its noun, or move it to its only caller',
      'packages/sdk/src/logIn.ts is not in kebab-case',
      'packages/sdk/src/users/index.ts is a barrel inside src: a package has one index.ts',
    ])
  })

  it('are given to every export but the SDK’s own', () => {
    expect(
      findings(nameRule, {
        'packages/sdk/src/index.ts': 'export default {}',
        'packages/sdk/src/app.ts': 'const app = 1\nexport { app as default }',
      }),
    ).toEqual(['packages/sdk/src/app.ts:2 has a default export'])
  })

  it('of exported functions come with what they return', () => {
    const text = `export function a() {}
export const b = () => 1
export const c: () => number = () => 1
export const d = (): number => 1
function e() {}`

    expect(findings(nameRule, { 'packages/sdk/src/a.ts': text })).toEqual([
      'packages/sdk/src/a.ts:1 exports the function a without its return type',
      'packages/sdk/src/a.ts:2 exports the function b without its return type',
    ])
  })
})

describe('notes in the code', () => {
  it('do not silence, postpone or decorate', () => {
    const text = `// @ts-ignore
// @ts-expect-error
// @ts-expect-error the types of the library lack this
// TODO later
// --------------`

    expect(findings(noteRule, { 'a.ts': text })).toEqual([
      'a.ts:1 silences the compiler: fix it or say @ts-expect-error why',
      'a.ts:2 silences the compiler without a reason',
      'a.ts:4 leaves a note of work to do: do it, or file it',
      'a.ts:5 has a section banner',
    ])
  })
})

describe('tables of the protocol', () => {
  const refusals = {
    appNotFound: { text: "cannot find app using '{appId}'" },
    busy: { text: '{why}' },
  }

  it('have no refusal that nobody throws or no test knows', () => {
    expect(findings(refusalRule(refusals), { [`${top}/a.ts`]: '' })).toEqual([
      'packages/protocol/src/errors.ts appNotFound is thrown nowhere',
      'packages/protocol/src/errors.ts appNotFound is asserted in no test',
      'packages/protocol/src/errors.ts busy is thrown nowhere',
      'packages/protocol/src/errors.ts busy is asserted in no test',
    ])
  })

  it('are known to tests by name or by text', () => {
    const found = findings(refusalRule(refusals), {
      [`${top}/a.ts`]: `throw new AppError('appNotFound', {}) ; throw new AppError('busy')`,
      'packages/server/test/a.test.ts': `expect(error).toBe("cannot find app using 'x'"); errors.busy`,
    })

    expect(found).toEqual([])
  })

  it('have no path that the server does not mount', () => {
    const tables = { clientPaths: { login: 1, logout: 1 } }

    expect(findings(pathRule(tables), { [`${top}/a.ts`]: 'clientPaths.login(x)' })).toEqual([
      'packages/protocol/src/paths.ts clientPaths.logout is mounted nowhere',
    ])
  })
})
