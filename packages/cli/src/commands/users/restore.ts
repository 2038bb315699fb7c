import type { Run } from '../../command.ts'
import { changeUser } from './user.ts'

export const run: Run = (input, terminal) =>
  changeUser(input, terminal, { verb: 'restore', done: 'is not deleted, and can log in again' })
