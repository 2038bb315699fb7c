import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { entries, freshBundles } from './bundle.mjs'
import './parent.mjs'
import { root } from './root.mjs'

const flags = [
  '--conditions=source',
  '--disable-warning=ExperimentalWarning',
  `--import=${new URL('parent.mjs', import.meta.url)}`,
  `--import=${new URL('bundled-threads.mjs', import.meta.url)}`,
]

/**
 * Runs a program of the workspace from its sources, in this process's place where the platform can do that,
 * else as its child whose signals and exit code pass through.
 *
 * @param {string} node
 * @param {readonly string[]} args
 */
export function launch(node, args) {
  process.chdir(root)
  process.env.NODE_COMPILE_CACHE ??= join(root, 'node_modules', '.cache', 'node')
  // Threads that allocate little need no heaps of their own: about 5 MB less.
  process.env.MALLOC_ARENA_MAX ??= '2'
  const all = [...flags, ...bundled(node, args)]
  if (typeof process.execve === 'function' && process.platform !== 'win32') {
    process.execve(node, [node, ...all], process.env)
  }
  supervise(node, all)
}

/**
 * The program's bundle in place of its source; without a fresh one the sources are run, and the next start finds one.
 *
 * @param {string} node
 * @param {readonly string[]} args
 */
function bundled(node, [program = '', ...rest]) {
  const fresh = freshBundles()
  if (Object.keys(fresh).length < entries.length) {
    const make = [...flags.slice(0, 2), join(root, 'scripts', 'bundle.ts')]
    spawn(node, make, { stdio: 'ignore', detached: true }).unref()
  }
  return [fresh[join(root, program)] ?? program, ...rest]
}

/** @type {readonly NodeJS.Signals[]} */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * @param {string} node
 * @param {readonly string[]} args
 */
function supervise(node, args) {
  const child = spawn(node, args, { stdio: 'inherit' })
  // A terminal sends Ctrl-C to every process in it: passed on, it would count as a second one.
  const fromTerminal = process.stdin.isTTY === true
  for (const signal of signals) {
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !fromTerminal) child.kill(signal)
    })
  }
  child.on('error', error => {
    process.stderr.write(`Node could not be started (${error.message}): install Node 24.\n`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code)
    for (const name of signals) process.removeAllListeners(name)
    process.kill(process.pid, signal)
  })
}
