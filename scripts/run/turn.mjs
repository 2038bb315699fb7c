import { mkdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

const beat = 1_000
const lapse = 10_000

/**
 * Runs `action` while no other process that uses the same file does. A process that died loses its turn
 * after ten seconds.
 *
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} action
 * @returns {Promise<T>}
 */
export async function withTurn(file, action) {
  mkdirSync(dirname(file), { recursive: true })
  while (!take(file)) await wait(200)
  const timer = setInterval(() => touch(file), beat)
  try {
    return await action()
  } finally {
    clearInterval(timer)
    rmSync(file, { force: true })
  }
}

/** @param {string} file */
function take(file) {
  try {
    writeFileSync(file, '', { flag: 'wx' })
    return true
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  const lastBeat = statSync(file, { throwIfNoEntry: false })?.mtimeMs
  if (lastBeat !== undefined && Date.now() - lastBeat > lapse) rmSync(file, { force: true })
  return false
}

/** @param {string} file */
function touch(file) {
  const now = new Date()
  utimesSync(file, now, now)
}
