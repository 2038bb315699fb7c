import type { Run } from '../../command.ts'
import { findOperator, withOperators } from './operators.ts'

export const run: Run = (input, terminal) =>
  withOperators(input, terminal, async opened => {
    const { id, email } = await findOperator(opened, input.args[0] ?? '')
    await opened.ask(opened.operators.delete(id))
    const { write, paint } = terminal
    write(`${paint('green', '✓')} ${email} is deleted; all sessions are over.\n`)
  })
