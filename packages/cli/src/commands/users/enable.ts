import type { Run } from '../../command.ts'
import { changeUser } from './user.ts'

export const run: Run = (input, terminal) =>
  changeUser(input, terminal, { verb: 'enable', done: 'is enabled' })
