// Runs one of the workspace's commands: installs what is missing, finds Node 24, hands over.
// This file and scripts/run/ are plain JavaScript, because Node 20 reads them before Node 24 is there.
import { commands } from './run/commands.mjs'
import { install } from './run/install.mjs'
import { launch } from './run/launch.mjs'
import { findNode } from './run/node.mjs'

const [name = '', ...rest] = process.argv.slice(2)
const command = commands[name]
if (command === undefined) {
  process.stderr.write(`Usage: node scripts/run.mjs ${Object.keys(commands).join('|')}\n`)
  process.exit(2)
}

const failure = await install()
if (failure !== undefined) {
  process.stderr.write(`${failure}\n`)
  process.exit(1)
}

const node = findNode()
if (node.path === undefined) {
  process.stderr.write(`${node.problem}\n`)
  process.exit(1)
}
launch(node.path, [...command, ...rest])
