import type { Run } from '../../command.ts'
import { findKeyPair, withOperators } from './operators.ts'

export const run: Run = (input, terminal) =>
  withOperators(input, terminal, async opened => {
    const { id, name } = await findKeyPair(opened, input.args[0] ?? '')
    await opened.ask(opened.operators.deleteKey(id))
    const { write, paint } = terminal
    write(`${paint('green', '✓')} The key pair ${name} is deleted.\n`)
  })
