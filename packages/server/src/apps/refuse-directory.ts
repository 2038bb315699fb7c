import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import { findRunning } from './deploy.ts'
import { DirectoryError } from './directory.ts'
import { findMissingSecrets } from './secrets.ts'

type RefuseDeps = Pick<Deps, 'store' | 'appSecrets' | 'config'>

/** The problems of a directory with the secrets that it lacks as well, so that one look tells all. */
const withMissingSecrets = async (
  deps: RefuseDeps,
  error: DirectoryError,
): Promise<DirectoryError> => {
  const { path, problems, readSoFar } = error
  if (!readSoFar) return error
  const running = await findRunning(deps, { path, ...readSoFar }).catch((thrown: unknown) => {
    if (!(thrown instanceof DirectoryError)) throw thrown
  })
  const missing = await findMissingSecrets(deps, readSoFar, running?.id)
  return missing.length === 0 ? error : new DirectoryError(path, [...problems, ...missing])
}

/**
 * What `run` resolves.
 *
 * @throws `deploymentRefused` with every problem, a line for each, when a directory cannot be deployed
 */
export const refuseDirectory = async <T>(deps: RefuseDeps, run: () => Promise<T>): Promise<T> => {
  try {
    return await run()
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error
    const whole = await withMissingSecrets(deps, error)
    throw new AppError('deploymentRefused', { problems: whole.message }, { cause: whole })
  }
}
