import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type CommandInput, optionText, type Run } from '../../command.ts'
import { CliError } from '../../errors.ts'
import { findApp, findServer } from '../../running-server.ts'
import type { Terminal } from '../../terminal.ts'

export const run: Run = async (input, terminal) => {
  const [name = ''] = input.args
  const value = await readValue(input, terminal)
  const server = await findServer(input, terminal)
  const app = await findApp(server, input)
  await server.ask(server.admin.secrets.set(app, name, value))
  terminal.write(`${terminal.paint('green', '✓')} The secret ${name} is kept.\n`)
}

/** Not from the arguments, which other users of the machine can see. The line end of `echo` is no part of it. */
const readValue = async (input: CommandInput, terminal: Terminal): Promise<string> => {
  const file = optionText(input, 'file')
  const given =
    file === undefined
      ? await terminal.readInput()
      : await readFile(resolve(terminal.cwd, file), 'utf8').catch((cause: Error) => {
          throw new CliError('fileUnreadable', { file, detail: cause.message }, { cause })
        })
  const value = given?.replace(/\r?\n$/, '')
  if (!value) throw new CliError('secretMissing', { name: input.args[0] ?? '' })
  return value
}
