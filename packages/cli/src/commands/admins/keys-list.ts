import type { Run } from '../../command.ts'
import { toTime, writeJson, writeTable } from '../../output.ts'
import { withOperators } from './operators.ts'

export const run: Run = (input, terminal) =>
  withOperators(input, terminal, async ({ operators, ask }) => {
    const listed = await ask(operators.listKeys())

    if (input.options.json) return writeJson(terminal, listed)
    if (listed.length === 0) return terminal.write('No key pairs.\n')
    const rows = listed.map(({ publicKey, name, role, createdAt, lastLoginAt }) => [
      publicKey,
      name,
      role,
      toTime(createdAt),
      lastLoginAt ? toTime(lastLoginAt) : 'never',
    ])
    writeTable(terminal, ['public key', 'name', 'role', 'created', 'last login'], rows)
  })
