import type { Deps } from '../deps.ts'
import { isAdmitted, type User } from '../domain/user.ts'
import { AppError } from '../errors.ts'
import type { AccessClaims } from '../security/tokens.ts'

/**
 * The user as it is now.
 *
 * @throws `sessionInvalid` when the user is gone, disabled or being deleted
 */
export const getProfile = async ({ store }: Deps, { userId }: AccessClaims): Promise<User> => {
  const user = await store.users.findById(userId)
  if (!user || !isAdmitted(user)) throw new AppError('sessionInvalid')
  return user
}
