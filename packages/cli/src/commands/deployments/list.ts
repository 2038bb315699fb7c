import type { Run } from '../../command.ts'
import { toTime, writeJson, writeTable } from '../../output.ts'
import { findApp, findServer } from '../../running-server.ts'
import { readLimit } from '../read-limit.ts'

export const run: Run = async (input, terminal) => {
  const limit = readLimit(input, { command: 'deployments list ', absent: 25, most: 100 })
  const server = await findServer(input, terminal)
  const app = await findApp(server, input)
  const deployments = await server.ask(server.admin.deployments.list(app, { limit }))

  if (input.options.json) return writeJson(terminal, deployments)
  if (deployments.length === 0) return terminal.write('No deployments.\n')
  writeTable(
    terminal,
    ['number', 'time', 'from', 'by', 'name'],
    deployments.map(({ number, deployedAt, origin, by, name }) => [
      String(number),
      toTime(deployedAt),
      origin,
      by ?? '',
      name,
    ]),
  )
}
