import type { App, Config, RunningServer } from '@regent/server'
import type { Run } from '../command.ts'
import { CliError } from '../errors.ts'
import { readDirectories, readGivenSecrets, readSettings, start, startWorkers } from '../start.ts'
import type { Terminal } from '../terminal.ts'

export const run: Run = async (input, terminal) => {
  const config = await readSettings(input, terminal)
  const { joinPrimary } = await import('@regent/server')
  const membership = config.workers > 1 ? joinPrimary() : undefined
  const isFirst = membership?.isFirst ?? true
  if (config.workers > 1 && !membership) return runPrimary(config, terminal)
  const givenSecrets = await readGivenSecrets(input, terminal)
  const directories = await readDirectories(input.args, terminal)
  const stopped = terminal.waitForStop()
  const server = await start({
    config,
    directories: isFirst ? directories : [],
    givenSecrets,
    membership,
  })
  const { log } = server.deps
  if (isFirst) {
    await warn(server, terminal)
    if (input.options.redeploy) {
      for (const directory of directories) await server.deploy(directory, { when: 'not-running' })
    }
  }

  await stopped
  if (!membership) log.info('stopping')
  await server.stop()
}

/** What its operator would not notice otherwise. */
const warn = async ({ deps }: RunningServer, { env }: Terminal): Promise<void> => {
  const { config, log, store } = deps
  const { unknownSettings } = await import('@regent/server')
  for (const variable of unknownSettings(env)) log.warn('no such setting', { variable })
  const apps = await store.apps.list()
  if (apps.length === 0) {
    log.warn('there is no app yet: give an app directory, as in `regent serve ./exported-app`')
  }
  if (config.mail === undefined && apps.some(sendsMail)) {
    log.warn('letters stay in the mailbox of this server and reach nobody: set REGENT_MAIL')
  }
}

/** Owns the data folder while workers, each of which runs this command again, serve the requests. */
const runPrimary = async (config: Config, terminal: Terminal): Promise<void> => {
  const stopped = terminal.waitForStop()
  const primary = await startWorkers(config)
  const failed = await Promise.race([primary.failed.then(() => true), stopped.then(() => false)])
  await primary.stop()
  if (failed) throw new CliError('workersFailed')
}

/** Whoever has a password may ask for a letter to reset it. */
const sendsMail = ({ providers }: App): boolean =>
  providers.some(({ type, disabled }) => type === 'local-userpass' && !disabled)
