import type { Deps } from '../deps.ts'
import type { App } from '../domain/app.ts'
import type { User } from '../domain/user.ts'
import { toUserObject } from '../domain/user-object.ts'
import { AppError } from '../errors.ts'
import { FunctionError } from '../functions/call.ts'

/**
 * Asks the app's own code, if it has any for this, before a user is made. It runs as the system, with the user that is
 * to be: its id is known, the account is not there yet. What it returns does not matter.
 *
 * @throws `userCreationRefused` when it throws or cannot be run, `overloaded`
 * @see https://www.mongodb.com/docs/atlas/app-services/users/custom-metadata/ (user creation function)
 */
export const admitNewUser = async (
  { functions, log }: Deps,
  app: App,
  user: User,
): Promise<void> => {
  const name = app.userCreationFunctionName
  if (name === undefined) return
  try {
    await functions.run(app, { name, args: [toUserObject(user)], caller: undefined })
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error
    const options = { cause: error }
    if (error.problem === 'overloaded') throw new AppError('overloaded', {}, options)
    log.warn('a user was not created', { app: app.clientAppId, function: name, err: error })
    throw new AppError('userCreationRefused', { message: error.message }, options)
  }
}
