import type { Run } from '../../command.ts'
import { changeKey } from './key.ts'

export const run: Run = (input, terminal) =>
  changeKey(input, terminal, {
    verb: 'disable',
    done: 'is disabled: log-ins and refreshes are refused',
  })
