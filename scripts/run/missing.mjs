import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** @typedef {{ version?: string, link?: boolean, optional?: boolean, devOptional?: boolean }} Entry */

/**
 * Why the packages must be installed, or undefined when everything that the lockfile asks for is there.
 * Compares it with the list that npm leaves in `node_modules` at the end of an install.
 *
 * @param {string} root
 * @returns {string | undefined}
 */
export function missing(root) {
  const wanted = readPackages(join(root, 'package-lock.json'))
  const installed = readPackages(join(root, 'node_modules', '.package-lock.json'))
  if (wanted === undefined) return 'package-lock.json cannot be read'
  if (installed === undefined) return 'the first time'
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '' || path in installed ? fits(entry, installed[path]) : mayLack(entry)) continue
    return `${path} ${entry.version ?? ''} is missing or another version`
  }
  return undefined
}

/**
 * @param {string} file
 * @returns {Record<string, Entry> | undefined}
 */
function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages
  } catch {
    return undefined
  }
}

/**
 * @param {Entry} wanted
 * @param {Entry | undefined} installed
 */
function fits(wanted, installed) {
  return installed === undefined || wanted.version === installed.version
}

/**
 * Optional packages are for one platform each.
 *
 * @param {Entry} entry
 */
function mayLack(entry) {
  return entry.optional === true || entry.devOptional === true || entry.link === true
}
