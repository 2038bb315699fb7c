import { resolve } from 'node:path'
import type { AppDirectory, Config, RunningServer } from '@regent/server'
import type { Run } from '../command.ts'
import { describeResult, describeStart, describeWarnings } from '../dev/banner.ts'
import { createFriendlyLog } from '../dev/friendly-log.ts'
import { watchDirectory } from '../dev/watch-directory.ts'
import { CliError } from '../errors.ts'
import { readDirectories, readGivenSecrets, readSettings, start } from '../start.ts'
import type { Terminal } from '../terminal.ts'

export const run: Run = async (input, terminal) => {
  const config = allowThisMachine(await readSettings(input, terminal, { dev: true }))
  const givenSecrets = await readGivenSecrets(input, terminal)
  const path = resolve(terminal.cwd, input.args[0] ?? '.')
  const [directory] = await readDirectories([path], terminal)
  if (!directory) throw new Error(`${path} was not read`)
  const stopped = terminal.waitForStop()

  const log = createFriendlyLog(terminal)
  const server = await start({ config, directories: [directory], givenSecrets, logTo: log })
  const result = input.options.redeploy
    ? await server.deploy(directory, { when: 'not-running' })
    : server.deployed[0]
  if (!result) throw new Error(`${path} was not deployed`)
  const facts = {
    url: server.url,
    data: resolve(config.data),
    keepsMail: config.mail === undefined,
  }
  const watch = watchDirectory(path, redeployOnChange(server, directory, terminal))
  terminal.write(describeStart({ ...facts, directory, result }, terminal))

  await stopped
  terminal.write('\n  Stopping: requests under way end first. Press again to end at once.\n')
  watch.stop()
  await server.stop()
}

/** Auth providers and key sets of a developer run beside the server. */
const allowThisMachine = (config: Config): Config => ({
  ...config,
  privateAddresses: config.privateAddresses ?? ['127.0.0.1', '::1'],
})

/** What a change is seen by: secrets have no part in the digest. */
const toState = ({ digest, secrets }: AppDirectory): string => digest + JSON.stringify(secrets)

/** Deploys what is in the directory now; while it has mistakes, what was deployed before keeps running. */
const redeployOnChange = (
  server: RunningServer,
  first: AppDirectory,
  terminal: Terminal,
): (() => Promise<void>) => {
  const { write, paint } = terminal
  let lastSeen = toState(first)
  return async () => {
    try {
      const [directory] = await readDirectories([first.path], terminal)
      if (!directory || toState(directory) === lastSeen) return
      const result = await server.deploy(directory, { when: 'not-running' })
      lastSeen = toState(directory)
      write(
        `\n  ${paint('green', '✓')} ${result.app.clientAppId}: ${describeResult(result)}${describeWarnings(directory, result, paint)}\n\n`,
      )
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      if (message === lastSeen) return
      lastSeen = message
      const goOn = error instanceof CliError ? 'Correct this; until then' : 'Until the next change'
      write(
        `\n  ${paint('red', '✗')} ${message}\n    ${goOn} the deployment before it keeps running.\n\n`,
      )
    }
  }
}
