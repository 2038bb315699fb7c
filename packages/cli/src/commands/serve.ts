import type { Run } from '../command.ts'
import { readDirectories, readSettings, start } from '../start.ts'

export const run: Run = async (input, terminal) => {
  const config = await readSettings(input, terminal)
  const directories = await readDirectories(input.args, terminal)
  const stopped = terminal.waitForStop()
  const server = await start({ config, directories })
  const { log, store } = server.deps

  const { unknownSettings } = await import('@regent/server')
  for (const variable of unknownSettings(terminal.env)) log.warn('no such setting', { variable })
  if (input.options.redeploy) {
    for (const directory of directories) await server.deploy(directory, { when: 'not-running' })
  }
  if ((await store.apps.list()).length === 0) {
    log.warn('there is no app yet: give an app directory, as in `regent serve ./exported-app`')
  }

  await stopped
  log.info('stopping')
  await server.stop()
}
