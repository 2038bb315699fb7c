import type { App } from '@regent/server'
import type { Run } from '../command.ts'
import { readDirectories, readGivenSecrets, readSettings, start } from '../start.ts'

export const run: Run = async (input, terminal) => {
  const config = await readSettings(input, terminal)
  const givenSecrets = await readGivenSecrets(input, terminal)
  const directories = await readDirectories(input.args, terminal)
  const stopped = terminal.waitForStop()
  const server = await start({ config, directories, givenSecrets })
  const { log, store } = server.deps

  const { unknownSettings } = await import('@regent/server')
  for (const variable of unknownSettings(terminal.env)) log.warn('no such setting', { variable })
  if (input.options.redeploy) {
    for (const directory of directories) await server.deploy(directory, { when: 'not-running' })
  }
  const apps = await store.apps.list()
  if (apps.length === 0) {
    log.warn('there is no app yet: give an app directory, as in `regent serve ./exported-app`')
  }
  if (config.mail === undefined && apps.some(sendsMail)) {
    log.warn('letters stay in the mailbox of this server and reach nobody: set REGENT_MAIL')
  }

  await stopped
  log.info('stopping')
  await server.stop()
}

/** Whoever has a password may ask for a letter to reset it. */
const sendsMail = ({ providers }: App): boolean =>
  providers.some(({ type, disabled }) => type === 'local-userpass' && !disabled)
