import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { commands } from '../src/commands.ts'
import { startCli } from './process.ts'
import { run } from './terminal.ts'

describe('regent --help', () => {
  it('lists every command, with examples', async () => {
    const { code, out } = await run(['--help'])

    expect(code).toBe(0)
    for (const name of ['serve', 'dev', 'demo', 'users']) expect(out).toMatch(`  ${name} `)
    expect(out).toContain('Examples:\n  regent dev ./exported-app')
  })

  it('is there for every command, with its examples', async () => {
    for (const { name, about, examples } of commands) {
      const { code, out } = await run([...name.split(' '), '--help'])

      expect(code).toBe(0)
      expect(out).toContain(`Usage: regent ${name}`)
      expect(out.replace(/\s+/g, ' ')).toContain(about)
      for (const [line] of examples) expect(out).toContain(line)
      expect(examples.length).toBeGreaterThan(0)
    }
  })

  it('says below a long example what it does, beside short ones', async () => {
    const long = await run(['rules', 'explain', '--help'])
    const short = await run(['pull', '--help'])

    expect(long.out).toMatch(/--op find '\{\}'\n {6}which orders she sees/)
    expect(short.out).toMatch(/ {2}regent pull {2,}into a folder of its name\n/)
  })

  it('has examples for a group of commands too, of its own commands', async () => {
    const users = await run(['users', '--help'])
    const keys = await run(['admins', 'keys', '--help'])

    expect([users.code, keys.code]).toEqual([0, 0])
    expect(users.out).toMatch(/Examples:\n {2}regent users list/)
    expect(keys.out).toContain('make and delete key pairs')
    expect(keys.out).toMatch(/Examples:\n {2}regent admins keys create deploy/)
    expect(keys.out).not.toContain('regent admins create')
  })

  it('names every setting at `serve`', async () => {
    const { out } = await run(['serve', '--help'])

    expect(out).toMatch(/REGENT_PORT\s+TCP port; 0 picks a free one/)
    expect(out).toMatch(/REGENT_MASTER_KEY/)
  })

  it('is what a group without a command prints, as wrong use', async () => {
    const { code, err } = await run(['users'])

    expect(code).toBe(2)
    expect(err).toContain('list [options]')
  })
})

describe('wrong use', () => {
  it('ends with 2 and says what was wrong', async () => {
    const cases = [
      [['srve'], "unknown command 'srve' (Did you mean serve?)"],
      [['serve', '--prot', '1'], "unknown option '--prot' (Did you mean --port?)"],
      [['users', 'show'], "missing required argument 'user'"],
      [['users', 'list', '--limit', 'ten'], '--limit must be a whole number from 1.'],
      [['demo', 'now'], "too many arguments for 'demo'"],
    ] as const
    for (const [argv, text] of cases) {
      const { code, out, err } = await run(argv)

      expect({ argv, code, out }).toEqual({ argv, code: 2, out: '' })
      expect(err).toContain(`✗ ${text}`)
      expect(err).toContain('--help')
    }
  })
})

describe('regent --version', () => {
  it('prints the version of the package', async () => {
    const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
    const { version } = JSON.parse(text) as { version: string }

    expect(await run(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' })
  })
})

describe('an old Node', () => {
  it('is answered in one sentence that says what to do', async () => {
    const older = `Object.defineProperty(process.versions, 'node', { value: '20.19.0' })`
    await using cli = startCli(['serve'], {
      nodeFlags: ['--import', `data:text/javascript,${encodeURIComponent(older)}`],
    })

    expect(await cli.ended).toBe(1)
    expect(cli.said()).toBe(
      'regent needs Node 24 or newer and this is Node 20.19.0: install Node 24 from https://nodejs.org and run the same command again.\n',
    )
  })
})
