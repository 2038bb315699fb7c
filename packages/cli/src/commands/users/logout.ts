import type { Run } from '../../command.ts'
import { changeUser } from './user.ts'

export const run: Run = (input, terminal) =>
  changeUser(input, terminal, { verb: 'logOut', done: 'is logged out everywhere' })
