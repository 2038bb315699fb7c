import type { OperatorRole } from '@regent/protocol'
import type { Deps } from '../../deps.ts'
import { canonicalEmail, isMailAddress } from '../../domain/email.ts'
import { isId } from '../../domain/id.ts'
import { type Admin, isOperatorPassword, type Operator } from '../../domain/operator.ts'
import { AppError } from '../../errors.ts'

/** What managing operators touches; no more, so that it can be done while no server runs. */
export type ManagingDeps = Pick<Deps, 'store' | 'now' | 'newId' | 'passwords'>

export type NewOperator = {
  readonly email: string
  readonly password: string
  readonly role: OperatorRole
}

/**
 * Whoever has a key pair cannot make more ways in for themselves.
 *
 * @throws `operatorsByPeople`
 */
export const refusePrograms = ({ kind }: Operator): void => {
  if (kind === 'admin-key') throw new AppError('operatorsByPeople')
}

const hashPassword = async ({ passwords }: ManagingDeps, password: string): Promise<string> => {
  if (!isOperatorPassword(password)) throw new AppError('operatorPasswordLength')
  return passwords.hash(password)
}

/** Oldest first. */
export const listOperators = ({ store }: ManagingDeps): Promise<Admin[]> => store.admins.list()

/** @throws `emailInvalid`, `operatorPasswordLength`, `operatorExists` */
export const createOperator = async (
  deps: ManagingDeps,
  { email, password, role }: NewOperator,
): Promise<Admin> => {
  if (!isMailAddress(email)) throw new AppError('emailInvalid')
  const admin: Admin = {
    id: deps.newId(),
    email,
    key: canonicalEmail(email),
    hash: await hashPassword(deps, password),
    version: 1,
    role,
    createdAt: deps.now(),
    lastLoginAt: undefined,
  }
  if (!(await deps.store.admins.insert(admin))) throw new AppError('operatorExists', { email })
  return admin
}

/**
 * Gives an operator another password; all sessions are over.
 *
 * @throws `operatorPasswordLength`, `operatorNotFound`
 */
export const setOperatorPassword = async (
  deps: ManagingDeps,
  id: string,
  password: string,
): Promise<void> => {
  const hash = await hashPassword(deps, password)
  if (!isId(id) || !(await deps.store.admins.changePassword(id, hash))) {
    throw new AppError('operatorNotFound', { operator: id })
  }
  await deps.store.adminSessions.removeByOperator(id)
}

/**
 * Deletes an operator; all sessions are over.
 *
 * @throws `operatorNotFound`
 */
export const deleteOperator = async ({ store }: ManagingDeps, id: string): Promise<void> => {
  if (!isId(id) || !(await store.admins.remove(id))) {
    throw new AppError('operatorNotFound', { operator: id })
  }
  await store.adminSessions.removeByOperator(id)
}
