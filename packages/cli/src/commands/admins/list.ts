import type { Run } from '../../command.ts'
import { toTime, writeJson, writeTable } from '../../output.ts'
import { withOperators } from './operators.ts'

export const run: Run = (input, terminal) =>
  withOperators(input, terminal, async ({ operators, ask }) => {
    const listed = await ask(operators.list())

    if (input.options.json) return writeJson(terminal, listed)
    if (listed.length === 0) {
      return terminal.write('No operators: make one with `regent admins create <email>`.\n')
    }
    const rows = listed.map(({ id, email, role, createdAt, lastLoginAt }) => [
      id,
      email,
      role,
      toTime(createdAt),
      lastLoginAt ? toTime(lastLoginAt) : 'never',
    ])
    writeTable(terminal, ['operator', 'e-mail', 'role', 'created', 'last login'], rows)
  })
