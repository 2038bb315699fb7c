import { describe, expect, it } from 'vitest'
import { readAppDirectory } from '../../src/apps/read-directory.ts'
import { problemsOf, readShop } from './problems.ts'
import { shop, writeDirectory } from './write-directory.ts'

const defaults = {
  private: false,
  canEvaluate: {},
  disableArgLogs: false,
  runAsSystem: false,
}

const one = 'exports = () => 1'
const two = 'exports = () => 2'

describe('functions of the current layout', () => {
  it('are files below functions/, with what config.json says of them or the defaults', async () => {
    await using directory = await writeDirectory({
      ...shop,
      'functions/config.json': [
        {
          name: 'orders/total',
          private: true,
          can_evaluate: { '%%user.custom_data.staff': true },
          disable_arg_logs: true,
          run_as_user_id: '65a0c0ffee00000000000a01',
        },
        { name: 'audit', run_as_user_id_script_source: 'exports = () => "x"' },
      ],
      'functions/orders/total.js': one,
      'functions/audit.js': two,
      'functions/plain.js': one,
      'functions/v1.2/deep-er.js': two,
      'functions/node_modules/lodash/index.js': 'exports = 1',
      'functions/package.json': { dependencies: { lodash: '4.17.21' } },
    })

    const { functions, warning } = await readAppDirectory(directory.path)

    expect(functions).toEqual([
      { ...defaults, name: 'audit', source: two, runAsUserIdScriptSource: 'exports = () => "x"' },
      {
        name: 'orders/total',
        source: one,
        private: true,
        canEvaluate: { '%%user.custom_data.staff': true },
        disableArgLogs: true,
        runAsSystem: false,
        runAsUserId: '65a0c0ffee00000000000a01',
      },
      { ...defaults, name: 'plain', source: one },
    ])
    expect(warning).toBe('ignored: functions/v1.2/deep-er.js')
  })

  it('run as the system, whatever user is named beside it', async () => {
    const { functions } = await readShop({
      'functions/config.json': [
        {
          name: 'sweep',
          run_as_system: true,
          run_as_user_id: 'x',
          run_as_user_id_script_source: 'y',
        },
      ],
      'functions/sweep.js': one,
    })

    expect(functions).toEqual([{ ...defaults, name: 'sweep', source: one, runAsSystem: true }])
  })

  it('change the digest', async () => {
    const before = await readShop({ 'functions/plain.js': one })
    const after = await readShop({ 'functions/plain.js': two })

    expect(after.digest).not.toBe(before.digest)
  })

  it('are refused when they are too much for one app', async () => {
    const million = `exports = () => 1 //${'x'.repeat(1_048_000)}`
    const files = Object.fromEntries(
      Array.from({ length: 11 }, (_, index) => [`functions/f${index}.js`, million]),
    )

    expect(await problemsOf(files)).toEqual([
      'functions: holds 11528220 characters of sources; all of them together may be 10485760',
    ])
  })

  it('are refused when what decides on their calls can never be meant', async () => {
    const problems = await problemsOf({
      'functions/total.js': one,
      'functions/config.json': [
        {
          name: 'total',
          can_evaluate: { '%%usr.id': 'x', '%%true': { '%function': { name: 'totl' } } },
        },
      ],
    })

    expect(problems).toEqual([
      'functions/config.json: [0].can_evaluate.%%usr.id names %%usr.id, which does not exist: is "%%user" meant?',
      'functions/config.json: [0].can_evaluate.%%true.%function.name names the function "totl", which is not in functions/: is "total" meant?',
    ])
  })

  it('that end too early are told so, with their last line', async () => {
    expect(
      await problemsOf({
        'functions/brace.js': 'exports = () => {\n  return 1\n',
        'functions/bracket.js': 'exports = (',
        'functions/comment.js': 'exports = () => 1\n/* to be',
        'functions/word.js': 'exports = () => {\n  retrun 1\n}\n',
      }),
    ).toEqual([
      'functions/brace.js:2: ends where something that was opened is not closed',
      'functions/bracket.js:1: ends where something that was opened is not closed',
      'functions/comment.js:2: Invalid or unexpected token',
      'functions/word.js:2:10: Unexpected number',
    ])
  })

  it('are refused with what is wrong about each', async () => {
    const problems = await problemsOf({
      'functions/config.json': [
        { name: 'gone' },
        { name: 'twice' },
        { name: 'twice' },
        { name: '../up' },
        { name: 'both', run_as_user_id: 'x', run_as_user_id_script_source: 'y' },
        { name: 'odd', private: 'yes', can_evaluate: 'always' },
        { private: true },
      ],
      'functions/twice.js': one,
      'functions/both.js': one,
      'functions/odd.js': '  \n',
    })

    expect(problems).toEqual([
      'functions/config.json: [3].name must be letters, digits, _ and -, with / between folders, without .js, not "../up"',
      'functions/config.json: [4].run_as_user_id and run_as_user_id_script_source exclude each other; keep one',
      'functions/config.json: [5].private must be true or false, not "yes"',
      'functions/config.json: [5].can_evaluate must be a rule expression: true, false or an object, not "always"',
      'functions/config.json: [6].name is missing: it must be text',
      'functions/config.json: [0].name is "gone", and there is no file functions/gone.js',
      'functions/config.json: [2].name is "twice" a second time',
      'functions/config.json: [4].run_as_user_id_script_source assigns nothing to exports',
      'functions/odd.js: is empty; it must assign a function to `exports`',
    ])
  })
})

describe('functions of the layout before 2021', () => {
  const root = { config_version: 20200603, app_id: 'forum-abcde', name: 'forum' }

  it('are folders of their own', async () => {
    await using directory = await writeDirectory({
      'config.json': root,
      'functions/total/config.json': { id: 'x', name: 'total', private: true },
      'functions/total/source.js': one,
    })

    expect((await readAppDirectory(directory.path)).functions).toEqual([
      { ...defaults, name: 'total', source: one, private: true },
    ])
  })

  it('may be in files already, as in newer exports', async () => {
    await using directory = await writeDirectory({
      'config.json': root,
      'functions/config.json': [{ name: 'total', private: true }],
      'functions/total.js': one,
    })

    expect((await readAppDirectory(directory.path)).functions).toMatchObject([
      { name: 'total', private: true },
    ])
  })

  it('are refused when half of one is missing or misnamed', async () => {
    await using directory = await writeDirectory({
      'config.json': root,
      'functions/a/source.js': one,
      'functions/b/config.json': { name: 'b' },
      'functions/c/config.json': { name: 'd' },
      'functions/c/source.js': one,
    })

    await expect(readAppDirectory(directory.path)).rejects.toMatchObject({
      problems: [
        { file: 'functions/a/config.json', message: 'is missing beside source.js' },
        {
          file: 'functions/c/config.json',
          field: 'name',
          message: 'must be "c", as the folder is named',
        },
        { file: 'functions/b/source.js', message: 'is missing beside config.json' },
      ],
    })
  })
})

describe('packages of functions', () => {
  it('are taken with their lockfile', async () => {
    const packageJson = '{ "dependencies": { "lodash": "4.17.21" } }'
    const lockfile = '{ "lockfileVersion": 3 }'

    const { functionPackages } = await readShop({
      'functions/package.json': packageJson,
      'functions/package-lock.json': lockfile,
    })

    expect(functionPackages).toEqual({ packageJson, lockfile })
    expect(await readShop({ 'functions/package.json': '{ "name": "f" }' })).not.toHaveProperty(
      'functionPackages',
    )
  })

  it('are refused as an archive or a folder, with what to do in place of it', async () => {
    for (const name of [
      'node_modules.tar.gz',
      'node_modules.zip',
      'node_modules/lodash/index.js',
    ]) {
      const file = `functions/${name.split('/')[0]}`

      expect(await problemsOf({ [`functions/${name}`]: 'x' })).toEqual([
        `${file}: holds packages that are not taken over: write their names and versions into functions/package.json, as in { "dependencies": { "lodash": "4.17.21" } }, and Regent installs them`,
      ])
    }
  })

  it('are refused when package.json is none', async () => {
    expect(await problemsOf({ 'functions/package.json': { dependencies: ['lodash'] } })).toEqual([
      'functions/package.json: dependencies must be an object of names and versions, not a list',
    ])
    expect(await problemsOf({ 'functions/package.json': '{' })).toEqual([
      'functions/package.json:1:2: the file ends too early, expected a field name in double quotes',
    ])
  })
})
