import { AppError } from '../../errors.ts'
import { FunctionError } from '../../functions/call.ts'
import type { Functions } from '../../functions/functions.ts'
import type { JudgeParts } from './asker.ts'

/**
 * Functions that rules name run as the user who asks, with their custom data. One that could not run because too many do
 * has said nothing: the operation is refused, as `overloaded`.
 */
export const askFunctions =
  (
    functions: Pick<Functions, 'run'>,
    readCustomData: JudgeParts['readCustomData'],
  ): JudgeParts['callFunction'] =>
  async (app, { name, args, asking: { user, request } }) => {
    const customData = app.customUserData && (await readCustomData(app, user.id))
    try {
      const call = { name, args, caller: user, customData, request, isOfRule: true }
      return await functions.run(app, call)
    } catch (cause) {
      const isBusy = cause instanceof FunctionError && cause.problem === 'overloaded'
      throw isBusy ? new AppError('overloaded', {}, { cause }) : cause
    }
  }
