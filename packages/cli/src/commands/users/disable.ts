import type { Run } from '../../command.ts'
import { changeUser } from './user.ts'

export const run: Run = (input, terminal) =>
  changeUser(input, terminal, {
    verb: 'disable',
    done: 'is disabled: all sessions ended, log-ins are refused',
  })
