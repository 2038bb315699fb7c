import type { Run } from '../../../command.ts'
import { changePending } from './pending.ts'

export const run: Run = (input, terminal) =>
  changePending(input, terminal, { verb: 'delete', done: 'is no pending user any more' })
