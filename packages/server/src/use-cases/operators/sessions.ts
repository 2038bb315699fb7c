import type { Deps } from '../../deps.ts'
import type { AdminSession, Operator } from '../../domain/operator.ts'
import { AppError } from '../../errors.ts'
import type { OperatorClaims } from '../../security/operator-tokens.ts'
import type { Operators } from './log-in.ts'

/** Whose session it is. @returns `undefined` when the session, its operator or its password is no more */
const findOwner = async (
  { store }: Deps,
  session: AdminSession | undefined,
  { operatorId }: OperatorClaims,
): Promise<Operator | undefined> => {
  if (session?.operatorId !== operatorId) return undefined
  const { kind } = session
  if (kind === 'admin-key') {
    const key = await store.adminKeys.findById(operatorId)
    return key && { id: key.id, name: key.name, kind, role: key.role }
  }
  const admin = await store.admins.findById(operatorId)
  if (admin?.version !== session.version) return undefined
  return { id: admin.id, name: admin.email, kind, role: admin.role }
}

type Alive = { readonly session: AdminSession; readonly operator: Operator }

const findAlive = async (deps: Deps, claims: OperatorClaims): Promise<Alive | undefined> => {
  const session = await deps.store.adminSessions.findById(claims.sessionId)
  const operator = await findOwner(deps, session, claims)
  if (!session || !operator || session.expiresAt <= deps.now()) return undefined
  return { session, operator }
}

/**
 * Who asks, by an access token. Two reads by id, once the token is proved to be ours: who is deleted, gets another
 * password or logs out is out at once.
 *
 * @throws `sessionInvalid`, `refreshTokenAsAccess`, `accessTokenExpired`
 */
export const findOperator = async (
  deps: Deps,
  { tokens }: Operators,
  accessToken: string,
): Promise<Operator> => {
  const alive = await findAlive(deps, await tokens.readAccess(accessToken))
  if (!alive) throw new AppError('sessionInvalid')
  return alive.operator
}

/**
 * A new access token for the session.
 *
 * @throws `tokenTypeWrong`, `refreshTokenUnknown`
 */
export const refreshOperatorSession = async (
  deps: Deps,
  { tokens }: Operators,
  refreshToken: string,
): Promise<string> => {
  const alive = await findAlive(deps, await tokens.readRefresh(refreshToken))
  if (!alive) throw new AppError('refreshTokenUnknown')
  return tokens.issueAccess(alive.session)
}

/**
 * Ends the session; its access tokens are refused from now on.
 *
 * @throws `tokenTypeWrong`, `refreshTokenUnknown` when it has ended already
 */
export const endOperatorSession = async (
  { store }: Deps,
  { tokens }: Operators,
  refreshToken: string,
): Promise<void> => {
  const { sessionId } = await tokens.readRefresh(refreshToken)
  if (!(await store.adminSessions.remove(sessionId))) throw new AppError('refreshTokenUnknown')
}
