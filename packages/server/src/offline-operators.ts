import { resolve } from 'node:path'
import type { OperatorRole } from '@regent/protocol'
import { ObjectId } from 'bson'
import { checkStore } from './backup/upgrade-store.ts'
import type { Config } from './config.ts'
import { ownFolder } from './documents/ownership.ts'
import type { Admin, AdminKey } from './domain/operator.ts'
import { type Closers, closeAll } from './open-deps.ts'
import { openPasswords } from './security/passwords.ts'
import { openAsSet } from './server.ts'
import { openStore } from './store/store.ts'
import { createKeyPair, deleteKeyPair, listKeyPairs } from './use-cases/operators/keys.ts'
import {
  createOperator,
  deleteOperator,
  listOperators,
  type ManagingDeps,
  type NewOperator,
  setOperatorPassword,
} from './use-cases/operators/manage.ts'

type Times = { readonly createdAt: Date; readonly lastLoginAt: Date | undefined }

type ListedOperator = Pick<Admin, 'id' | 'email' | 'role'> & Times
type ListedKey = Pick<AdminKey, 'id' | 'name' | 'publicKey' | 'role'> & Times

/** The operators of a store whose server does not run. What is refused is an AppError. */
export type OfflineOperators = {
  list(): Promise<ListedOperator[]>
  /** The role is full unless something else is said, here as for keys. */
  create(
    operator: Omit<NewOperator, 'role'> & { readonly role?: OperatorRole },
  ): Promise<ListedOperator>
  setPassword(id: string, password: string): Promise<void>
  delete(id: string): Promise<void>
  listKeys(): Promise<ListedKey[]>
  createKey(key: {
    readonly name: string
    readonly role?: OperatorRole
  }): Promise<ListedKey & { readonly privateKey: string }>
  deleteKey(id: string): Promise<void>
  /** Frees the data folder. */
  close(): Promise<void>
}

const toTimes = ({ createdAt, lastLoginAt }: Pick<Admin, 'createdAt' | 'lastLoginAt'>): Times => ({
  createdAt: new Date(createdAt),
  lastLoginAt: lastLoginAt === undefined ? undefined : new Date(lastLoginAt),
})

const toOperator = (admin: Admin): ListedOperator => {
  const { id, email, role } = admin
  return { id, email, role, ...toTimes(admin) }
}

const toKey = (key: AdminKey): ListedKey => {
  const { id, name, publicKey, role } = key
  return { id, name, publicKey, role, ...toTimes(key) }
}

const openParts = async (config: Config, closers: Closers): Promise<ManagingDeps> => {
  const folder = resolve(config.data)
  if (config.store === undefined) {
    const ownership = await ownFolder(folder)
    closers.push(() => ownership.release())
  }
  const documents = await openAsSet(folder, config, undefined)
  closers.push(() => documents.close())
  await checkStore(documents)
  const passwords = openPasswords({
    memoryKib: config.passwordMemoryKib,
    passes: config.passwordPasses,
    memoryBudgetMib: config.hashMemoryMib,
  })
  closers.push(() => passwords.close())
  return {
    store: await openStore(documents),
    now: Date.now,
    newId: () => new ObjectId().toHexString(),
    passwords,
  }
}

/**
 * Opens the store of the settings for managing operators only.
 *
 * @throws FolderTakenError when a server owns the folder; the system's error when a file cannot be opened
 */
export const openOfflineOperators = async (config: Config): Promise<OfflineOperators> => {
  const closers: Closers = []
  try {
    return toOperators(await openParts(config, closers), closers)
  } catch (error) {
    await closeAll(closers).catch(() => {})
    throw error
  }
}

const toOperators = (deps: ManagingDeps, closers: Closers): OfflineOperators => ({
  list: async () => (await listOperators(deps)).map(toOperator),
  create: async ({ role = 'full', ...operator }) =>
    toOperator(await createOperator(deps, { ...operator, role })),
  setPassword: (id, password) => setOperatorPassword(deps, id, password),
  delete: id => deleteOperator(deps, id),
  listKeys: async () => (await listKeyPairs(deps)).map(toKey),
  createKey: async ({ name, role = 'full' }) => {
    const { key, privateKey } = await createKeyPair(deps, { name, role })
    return { ...toKey(key), privateKey }
  },
  deleteKey: id => deleteKeyPair(deps, id),
  close: () => closeAll(closers),
})
