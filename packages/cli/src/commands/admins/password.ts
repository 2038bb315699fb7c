import type { Run } from '../../command.ts'
import { newPassword } from './new-password.ts'
import { findOperator, readPassword, withOperators } from './operators.ts'

export const run: Run = async (input, terminal) => {
  const given = await readPassword(input, terminal)
  const password = given ?? newPassword()
  await withOperators(input, terminal, async opened => {
    const { id, email } = await findOperator(opened, input.args[0] ?? '')
    await opened.ask(opened.operators.setPassword(id, password))
    const { write, paint } = terminal
    write(`${paint('green', '✓')} ${email} has another password; all sessions are over.\n`)
    if (given === undefined) write(`${paint('dim', 'password')}  ${password}\n`)
  })
}
