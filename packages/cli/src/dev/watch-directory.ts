import { type FSWatcher, readdirSync, watch } from 'node:fs'
import { basename, join } from 'node:path'

/** Folders that a deployment is read from; others may change as often as they like. */
const flatFolders = ['.', 'auth', 'auth_providers', 'environments', 'mail', 'triggers', 'values']
const deepFolders = ['data_sources', 'functions', 'services']
const mostDepth = 10

const withFoldersBelow = (path: string, folder: string, depth = 0): string[] => {
  if (depth > mostDepth) return []
  const entries = readEntries(join(path, folder))
  const below = entries.filter(
    entry => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules',
  )
  return [
    folder,
    ...below.flatMap(({ name }) => withFoldersBelow(path, `${folder}/${name}`, depth + 1)),
  ]
}

const readEntries = (path: string) => {
  try {
    return readdirSync(path, { withFileTypes: true })
  } catch {
    return []
  }
}

const foldersOf = (path: string): string[] => [
  ...flatFolders,
  ...deepFolders.flatMap(folder => withFoldersBelow(path, folder)),
]

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
    for (const folder of isStopped ? [] : foldersOf(path)) {
      if (watchers.has(folder)) continue
      try {
        const watcher = watch(join(path, folder), noteChange)
        const drop = (): void => {
          watcher.close()
          if (watchers.get(folder) === watcher) watchers.delete(folder)
        }
        watcher.on('error', drop)
        watcher.on('change', (kind, name) => {
          if (kind === 'rename' && name === basename(folder)) drop()
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
