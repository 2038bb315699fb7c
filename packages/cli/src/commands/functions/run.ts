import { optionText, type Run } from '../../command.ts'
import { toRelaxed } from '../../ejson-text.ts'
import { CliError } from '../../errors.ts'
import { toLines } from '../../output.ts'
import { findApp, findServer } from '../../running-server.ts'
import { findUserOf } from '../users/user.ts'

export const run: Run = async (input, terminal) => {
  const [name = '', ...texts] = input.args
  const server = await findServer(input, terminal)
  const app = await findApp(server, input)
  const wanted = optionText(input, 'user')
  const user = wanted === undefined ? undefined : await findUserOf(server, app, wanted)
  const options = { name, args: texts.map(readArgument), ...(user && { userId: user.id }) }

  const ended = await server.ask(server.admin.functions.run(app, options))

  for (const line of ended.logs) terminal.complain(`${toLines(line)}\n`)
  if (ended.error !== undefined) {
    throw new CliError('functionFailed', { name, detail: toLines(ended.error) })
  }
  terminal.write(`${JSON.stringify(toRelaxed(ended.result), undefined, 2)}\n`)
}

/** JSON, extended or not, is the value that it says; everything else is text. */
const readArgument = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}
