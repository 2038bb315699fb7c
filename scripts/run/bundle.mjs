import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './root.mjs'

/** Where bundles lie, each in a folder of its own, and the note that says what the newest was made from. */
export const bundles = join(root, 'node_modules', '.cache', 'regent', 'bundles')
export const note = join(bundles, 'newest.json')

/**
 * What is bundled. Loading hundreds of small modules one by one costs a start half a second and each of its
 * threads another quarter; in one file they cost a few milliseconds.
 */
export const entries = [
  'packages/cli/src/bin.ts',
  'packages/server/src/data/view/thread.ts',
  'packages/server/src/documents/embedded/engine/read/thread.ts',
  'packages/server/src/documents/embedded/engine/write/thread.ts',
  'packages/server/src/functions/worker/thread.ts',
  // Tests start these again and again.
  'packages/server/test/crash/doomed-server.ts',
  'packages/server/test/workers/owner-child.ts',
]

/** @typedef {{ file: string, inputs: Record<string, string> }} Bundled */

/**
 * Differs after any change of the file.
 *
 * @param {string} path
 * @returns {string}
 */
export function mark(path) {
  const found = statSync(path, { throwIfNoEntry: false })
  return found === undefined ? 'missing' : `${found.size} ${found.mtimeMs} ${found.ctimeMs}`
}

/**
 * The file to run in place of each entry that has a fresh bundle: none of the files that went into it has changed
 * since. For the others the sources are run.
 *
 * @returns {Record<string, string>} absolute path by absolute path of the entry
 */
export function freshBundles(wanted = entries) {
  try {
    /** @type {Record<string, Bundled>} */
    const made = JSON.parse(readFileSync(note, 'utf8'))
    const fresh = wanted.flatMap(entry => {
      const { file, inputs } = made[entry] ?? { file: '', inputs: { '': '' } }
      const isFresh = Object.entries(inputs).every(([path, was]) => mark(join(root, path)) === was)
      return isFresh ? [[join(root, entry), join(bundles, file)]] : []
    })
    return Object.fromEntries(fresh)
  } catch {
    return {}
  }
}
