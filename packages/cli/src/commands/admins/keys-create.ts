import type { Run } from '../../command.ts'
import { writeFields, writeJson } from '../../output.ts'
import { readRole, withOperators } from './operators.ts'

export const run: Run = (input, terminal) => {
  const role = readRole(input)
  return withOperators(input, terminal, async ({ operators, ask }) => {
    const made = await ask(operators.createKey({ name: input.args[0] ?? '', role }))

    if (input.options.json) return writeJson(terminal, made)
    writeFields(terminal, [
      ['name', made.name],
      ['id', made.id],
      ['role', made.role],
      ['public key', made.publicKey],
      ['private key', made.privateKey],
    ])
    terminal.complain('\nThis is the only time that the private key is shown.\n')
  })
}
