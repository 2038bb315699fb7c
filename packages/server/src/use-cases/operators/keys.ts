import type { OperatorRole } from '@regent/protocol'
import { isId } from '../../domain/id.ts'
import type { AdminKey } from '../../domain/operator.ts'
import { AppError } from '../../errors.ts'
import { hashPrivateKey, newOperatorKey } from '../../security/operator-keys.ts'
import type { ManagingDeps } from './manage.ts'

export type NewKeyPair = { readonly name: string; readonly role: OperatorRole }

const isName = (name: string): boolean =>
  name.trim() !== '' && name.length <= 64 && name.isWellFormed() && !/\p{Cc}/u.test(name)

/** Oldest first. */
export const listKeyPairs = ({ store }: ManagingDeps): Promise<AdminKey[]> => store.adminKeys.list()

/**
 * Makes a key pair. The private key is answered here and kept nowhere.
 *
 * @throws `fieldInvalid` for a name that is none, `operatorKeyExists`
 */
export const createKeyPair = async (
  { store, now, newId }: ManagingDeps,
  { name, role }: NewKeyPair,
): Promise<{ readonly key: AdminKey; readonly privateKey: string }> => {
  if (!isName(name)) {
    throw new AppError('fieldInvalid', { detail: "'name' must be 1 to 64 characters" })
  }
  const { publicKey, privateKey } = newOperatorKey()
  const key: AdminKey = {
    id: newId(),
    name,
    publicKey,
    hash: hashPrivateKey(privateKey),
    role,
    createdAt: now(),
    lastLoginAt: undefined,
  }
  if (!(await store.adminKeys.insert(key))) throw new AppError('operatorKeyExists', { name })
  return { key, privateKey }
}

/**
 * Deletes a key pair; what is logged in with it is out at once.
 *
 * @throws `operatorKeyNotFound`
 */
export const deleteKeyPair = async ({ store }: ManagingDeps, id: string): Promise<void> => {
  if (!isId(id) || !(await store.adminKeys.remove(id))) {
    throw new AppError('operatorKeyNotFound', { key: id })
  }
  await store.adminSessions.removeByOperator(id)
}
