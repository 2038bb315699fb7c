#!/usr/bin/env node
import nodeModule from 'node:module'
import process from 'node:process'

const oldest = 24
const found = process.versions.node

if (Number.parseInt(found, 10) < oldest) {
  process.stderr.write(
    `regent needs Node ${oldest} or newer and this is Node ${found}: install Node ${oldest} from https://nodejs.org and run the same command again.\n`,
  )
  process.exitCode = 1
} else {
  nodeModule.enableCompileCache?.()
  const { runCli } = await import('./cli.ts')
  const { openTerminal } = await import('./terminal.ts')
  const code = await runCli(process.argv.slice(2), openTerminal())
  process.stdout.write('', () => process.exit(code))
}
