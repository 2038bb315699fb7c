import type { Changes } from '../../data/watch/changes.ts'
import type { Deps } from '../../deps.ts'
import type { App } from '../../domain/app.ts'
import { AppError } from '../../errors.ts'
import type { FunctionRequest } from '../../functions/call.ts'
import type { AccessClaims } from '../../security/tokens.ts'
import { findLiveSession } from '../live-session.ts'

/** A client's call of a service that answers with a stream. */
export type StreamCall = {
  readonly claims: AccessClaims
  readonly name: string
  readonly service: string
  /** BSON values. */
  readonly args: readonly unknown[]
  readonly request?: FunctionRequest | undefined
}

/**
 * Opens a stream of changes for the user. Our choice: it takes a session that is still alive, not just an access
 * token, because the stream ends with the session.
 *
 * @throws `sessionInvalid` for another app's token, for a session that has ended, and for a user who is gone, disabled
 * or being deleted; `serviceNotFound`, `serviceCommandNotFound`, and as `Data.watch`
 */
export const watchChanges = async (
  deps: Deps,
  app: App,
  { claims, name, service, args, request }: StreamCall,
): Promise<Changes> => {
  if (claims.app.id !== app.id) throw new AppError('sessionInvalid')
  const live = await findLiveSession(deps, claims).catch(error => {
    if (error instanceof AppError) throw new AppError('sessionInvalid', {}, { cause: error })
    throw error
  })
  if (!app.dataSources.some(source => source.name === service)) {
    throw new AppError('serviceNotFound', { name: service })
  }
  if (name !== 'watch') throw new AppError('serviceCommandNotFound', { name })
  return deps.data.watch(app, { service, args }, { kind: 'user', user: live.user, request })
}
