import { readdir, readFile } from 'node:fs/promises'

/** Looks now and then whether the process is about to run out of files and sockets (Linux tells; elsewhere never). */
export type OpenFiles = {
  look(now: number): void
}

const lookEveryMs = 1_000
const scarceAt = 0.8

const isScarce = async (): Promise<boolean> => {
  try {
    const limits = await readFile('/proc/self/limits', 'utf8')
    const most = Number(/^Max open files +(\d+)/m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY)
    return (await readdir('/proc/self/fd')).length > most * scarceAt
  } catch (error) {
    // None is left to look with; or nobody tells, as on other systems.
    return error instanceof Error && 'code' in error && error.code === 'EMFILE'
  }
}

export const openOpenFiles = (onScarce: () => void): OpenFiles => {
  let nextAt = 0
  return {
    look: now => {
      if (now < nextAt) return
      nextAt = now + lookEveryMs
      void isScarce().then(isTrue => {
        if (isTrue) onScarce()
      })
    },
  }
}
