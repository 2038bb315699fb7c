import { type FSWatcher, watch } from 'node:fs'
import { join } from 'node:path'

/** Folders that a deployment is read from; others may change as often as they like. */
const folders = ['.', 'auth', 'auth_providers', 'mail']

export type Watch = { stop(): void }

/**
 * Calls `onChange` when a file of an app directory may have changed, once for all changes within
 * `quietMs` (default 150), never twice at the same time. The first call comes without a change, for what
 * changed while nobody watched yet.
 */
export const watchDirectory = (
  path: string,
  onChange: () => Promise<void>,
  quietMs = 150,
): Watch => {
  const watchers = new Map<string, FSWatcher>()
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  let isStopped = false

  const settle = (): void => {
    arm()
    running = running.then(async () => {
      if (!isStopped) await onChange()
    })
  }
  const noteChange = (): void => {
    clearTimeout(timer)
    if (!isStopped) timer = setTimeout(settle, quietMs)
  }

  /** A folder that was removed or moved ends its watcher; one that appeared has none yet. */
  const arm = (): void => {
    for (const folder of isStopped ? [] : folders) {
      if (watchers.has(folder)) continue
      try {
        const watcher = watch(join(path, folder), noteChange)
        const drop = (): void => {
          watcher.close()
          if (watchers.get(folder) === watcher) watchers.delete(folder)
        }
        watcher.on('error', drop)
        watcher.on('change', (kind, name) => {
          if (kind === 'rename' && name === folder) drop()
        })
        watchers.set(folder, watcher)
      } catch {
        // The folder is not there; a change of its parent leads here again.
      }
    }
  }

  arm()
  noteChange()
  return {
    stop: () => {
      isStopped = true
      clearTimeout(timer)
      for (const watcher of watchers.values()) watcher.close()
      watchers.clear()
    },
  }
}
