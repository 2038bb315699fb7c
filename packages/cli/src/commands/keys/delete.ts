import type { Run } from '../../command.ts'
import { changeKey } from './key.ts'

export const run: Run = (input, terminal) =>
  changeKey(input, terminal, { verb: 'delete', done: 'is deleted, and its user with it' })
