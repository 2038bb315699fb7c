import type { Run } from '../../command.ts'
import { toLine, writeJson } from '../../output.ts'
import { findApp, findServer } from '../../running-server.ts'

export const run: Run = async (input, terminal) => {
  const server = await findServer(input, terminal)
  const app = await findApp(server, input)
  const names = await server.ask(server.admin.secrets.list(app))

  if (input.options.json) return writeJson(terminal, names)
  if (names.length === 0) return terminal.write('No secrets.\n')
  for (const name of names) terminal.write(`${toLine(name)}\n`)
}
