import type { Run } from '../../command.ts'
import { writeJson } from '../../output.ts'
import { findServer } from '../../running-server.ts'
import { writeKeys } from './write-keys.ts'

export const run: Run = async (input, terminal) => {
  const { admin, ask } = await findServer(input, terminal)
  const keys = await ask(admin.maintenance.keys())
  if (input.options.json) writeJson(terminal, keys)
  else writeKeys(terminal, keys)
}
