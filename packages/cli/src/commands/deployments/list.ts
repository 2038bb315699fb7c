import { type CommandInput, optionText, type Run } from '../../command.ts'
import { CliError } from '../../errors.ts'
import { toTime, writeJson, writeTable } from '../../output.ts'
import { findApp, findServer } from '../../running-server.ts'

const readLimit = (input: CommandInput): number => {
  const limit = Number(optionText(input, 'limit') ?? 25)
  if (Number.isInteger(limit) && limit >= 1 && limit <= 100) return limit
  const detail = `--limit must be a whole number from 1 to 100`
  throw new CliError('wrongUse', { detail, command: 'deployments list ' })
}

export const run: Run = async (input, terminal) => {
  const limit = readLimit(input)
  const server = await findServer(input, terminal)
  const app = await findApp(server, input)
  const deployments = await server.ask(server.admin.deployments.list(app, { limit }))

  if (input.options.json) return writeJson(terminal, deployments)
  if (deployments.length === 0) return terminal.write('No deployments.\n')
  writeTable(
    terminal,
    ['NUMBER', 'TIME', 'FROM', 'BY', 'NAME'],
    deployments.map(({ number, deployedAt, origin, by, name }) => [
      String(number),
      toTime(deployedAt),
      origin,
      by ?? '',
      name,
    ]),
  )
}
