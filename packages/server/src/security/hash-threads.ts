import { readdirSync, readFileSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'

const tasks = '/proc/self/task'
const niceness = 5

/**
 * Lets the event loop go before the threads that hash, so that a storm of log-ins does not slow other answers. Linux
 * gives each thread a priority of its own; elsewhere, or where that is refused, nothing changes.
 */
export const putHashingBehind = (): void => {
  try {
    const behind = Math.min(19, getPriority() + niceness)
    for (const task of readdirSync(tasks)) {
      const name = readFileSync(`${tasks}/${task}/comm`, 'utf8').trim()
      if (name === 'libuv-worker') setPriority(Number(task), behind)
    }
  } catch {
    // They stay as they are.
  }
}
