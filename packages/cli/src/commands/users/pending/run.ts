import type { Run } from '../../../command.ts'
import { changePending } from './pending.ts'

export const run: Run = (input, terminal) =>
  changePending(input, terminal, {
    verb: 'runConfirmation',
    done: 'went through the confirmation function again',
  })
