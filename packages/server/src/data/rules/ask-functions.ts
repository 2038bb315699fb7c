import type { Functions } from '../../functions/functions.ts'
import type { JudgeParts } from './asker.ts'

/** Functions that rules name run as the user who asks, with their custom data. */
export const askFunctions =
  (
    functions: Pick<Functions, 'run'>,
    readCustomData: JudgeParts['readCustomData'],
  ): JudgeParts['callFunction'] =>
  async (app, { name, args, asking: { user, request } }) => {
    const customData = app.customUserData && (await readCustomData(app, user.id))
    return functions.run(app, { name, args, caller: user, customData, request })
  }
