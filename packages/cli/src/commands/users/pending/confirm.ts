import type { Run } from '../../../command.ts'
import { changePending } from './pending.ts'

export const run: Run = (input, terminal) =>
  changePending(input, terminal, { verb: 'confirm', done: 'is confirmed' })
