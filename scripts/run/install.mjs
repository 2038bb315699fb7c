import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { missing } from './missing.mjs'
import { root } from './root.mjs'
import { withTurn } from './turn.mjs'

/**
 * Installs the packages of the lockfile, unless they are there.
 *
 * @returns {Promise<string | undefined>} what to tell the user when it failed
 */
export async function install() {
  if (missing(root) === undefined) return undefined
  return await withTurn(join(root, '.cache', 'install.lock'), async () => {
    const reason = missing(root)
    return reason === undefined ? undefined : await runNpm(reason)
  })
}

/** @param {string} reason */
async function runNpm(reason) {
  const progress = startProgress(`Installing packages, once (${reason})`)
  const options = ['--ignore-scripts', '--include=dev', '--include=optional']
  const { code, output } = await npm(['ci', '--loglevel=error', '--no-progress', ...options])
  progress.end(code === 0 ? 'done' : 'failed')
  if (code === 0) return undefined
  return `${output}\nThe packages could not be installed: \`npm ci\` ended with ${code}.`
}

/**
 * @param {string[]} args
 * @returns {Promise<{ code: number | string | null, output: string }>} `code`: exit code, signal or error
 */
function npm(args) {
  const script = process.env.npm_execpath
  const runsScript = script !== undefined && /\.c?js$/.test(script)
  const command = runsScript ? (process.env.npm_node_execpath ?? process.execPath) : 'npm'
  const child = spawn(command, runsScript ? [script, ...args] : args, {
    cwd: root,
    shell: !runsScript && process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', text => {
      output += text
    })
  }
  return new Promise(resolve => {
    child.on('error', error => resolve({ code: error.message, output }))
    child.on('close', (code, signal) => resolve({ code: code ?? signal, output }))
  })
}

/**
 * One line that counts seconds: rewritten in a terminal, written once elsewhere.
 *
 * @param {string} text
 */
function startProgress(text) {
  const started = performance.now()
  const seconds = () => Math.round((performance.now() - started) / 1000)
  const { stderr } = process
  stderr.write(`${text} …`)
  const timer = stderr.isTTY
    ? setInterval(() => stderr.write(`\r${text} … ${seconds()} s`), 1000)
    : undefined
  /** @param {string} outcome */
  const end = outcome => {
    clearInterval(timer)
    stderr.write(`${stderr.isTTY ? `\r${text} …` : ''} ${outcome} in ${seconds()} s\n`)
  }
  return { end }
}
