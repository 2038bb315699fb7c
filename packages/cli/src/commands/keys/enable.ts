import type { Run } from '../../command.ts'
import { changeKey } from './key.ts'

export const run: Run = (input, terminal) =>
  changeKey(input, terminal, { verb: 'enable', done: 'is enabled: log-ins are accepted' })
