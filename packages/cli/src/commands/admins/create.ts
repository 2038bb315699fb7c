import type { Run } from '../../command.ts'
import { writeFields, writeJson } from '../../output.ts'
import { newPassword } from './new-password.ts'
import { readPassword, readRole, withOperators } from './operators.ts'

export const run: Run = async (input, terminal) => {
  const [email = ''] = input.args
  const role = readRole(input)
  const given = await readPassword(input, terminal)
  const password = given ?? newPassword()
  await withOperators(input, terminal, async ({ operators, ask }) => {
    const made = await ask(operators.create({ email, password, role }))
    const shown = given === undefined ? { password } : {}

    if (input.options.json) return writeJson(terminal, { ...made, ...shown })
    writeFields(terminal, [
      ['operator', made.email],
      ['id', made.id],
      ['role', made.role],
      ...Object.entries(shown),
    ])
    if (given === undefined) {
      terminal.complain('\nThis is the only time that the password is shown.\n')
    }
  })
}
