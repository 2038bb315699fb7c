import type {
  NewOperatorKeyWire,
  OperatorKeyWire,
  OperatorProviderWire,
  OperatorRole,
  OperatorWire,
} from '@regent/protocol'
import { adminPaths } from '@regent/protocol/paths'
import type { AdminHttp } from './http.ts'
import { toDate, toDateIf } from './to-date.ts'

/** Who may use the Admin API: everything, or only look. */
export type AdminOperator = {
  readonly id: string
  readonly email: string
  readonly role: OperatorRole
  readonly createdAt: Date
  /** `undefined` until the first log-in. */
  readonly lastLoginAt: Date | undefined
}

/** A key pair of a program that uses the Admin API: never the private key. */
export type OperatorKeyPair = {
  readonly id: string
  readonly name: string
  readonly publicKey: string
  readonly role: OperatorRole
  readonly createdAt: Date
  /** By the hour; `undefined` until the first log-in. */
  readonly lastLoginAt: Date | undefined
}

/** A key pair that was made just now. */
export type NewOperatorKeyPair = OperatorKeyPair & {
  /** It is not told again. */
  readonly privateKey: string
}

/** What the server says of who asks. */
export type AdminProfile = {
  readonly id: string
  /** An e-mail address, or the name of a key. */
  readonly name: string
  readonly role: OperatorRole
  readonly projectId: string
}

export type NewAdminOperator = {
  readonly email: string
  /** 8 to 128 characters. */
  readonly password: string
  /** Default full. */
  readonly role?: OperatorRole
}

export type AdminOperators = {
  /** Oldest first. */
  list(): Promise<AdminOperator[]>
  /** @throws AdminError when there is one with this e-mail address */
  create(operator: NewAdminOperator): Promise<AdminOperator>
  /** Ends all sessions of the operator. */
  setPassword(operatorId: string, password: string): Promise<void>
  /** Ends all sessions of the operator. */
  delete(operatorId: string): Promise<void>
  /** Oldest first. */
  listKeys(): Promise<OperatorKeyPair[]>
  /** @throws AdminError when there is one of this name */
  createKey(key: {
    readonly name: string
    readonly role?: OperatorRole
  }): Promise<NewOperatorKeyPair>
  /** What is logged in with it is out at once. */
  deleteKey(keyId: string): Promise<void>
  /** Who asks. */
  profile(): Promise<AdminProfile>
  /** Ways in which operators log in: `local-userpass`, `mongodb-cloud`. */
  listProviders(): Promise<string[]>
}

const toTimes = (wire: Pick<OperatorWire, 'created_at' | 'last_login_at'>) => ({
  createdAt: toDate(wire.created_at),
  lastLoginAt: toDateIf(wire.last_login_at),
})

const toOperator = (wire: OperatorWire): AdminOperator => ({
  id: wire._id,
  email: wire.email,
  role: wire.role,
  ...toTimes(wire),
})

const toKeyPair = (wire: OperatorKeyWire): OperatorKeyPair => ({
  id: wire._id,
  name: wire.name,
  publicKey: wire.public_key,
  role: wire.role,
  ...toTimes(wire),
})

const openKeys = ({
  request,
}: AdminHttp): Pick<AdminOperators, 'listKeys' | 'createKey' | 'deleteKey'> => ({
  listKeys: async () => {
    const keys = await request<readonly OperatorKeyWire[]>('GET', adminPaths.operatorKeys())
    return keys.map(toKeyPair)
  },
  createKey: async key => {
    const path = adminPaths.operatorKeys()
    const made = await request<NewOperatorKeyWire>('POST', path, { body: key })
    return { ...toKeyPair(made), privateKey: made.private_key }
  },
  deleteKey: keyId => request('DELETE', adminPaths.operatorKey(keyId)),
})

export const createAdminOperators = (http: AdminHttp): AdminOperators => {
  const { request } = http
  return {
    ...openKeys(http),
    list: async () => {
      const operators = await request<readonly OperatorWire[]>('GET', adminPaths.operators())
      return operators.map(toOperator)
    },
    create: async operator =>
      toOperator(await request('POST', adminPaths.operators(), { body: operator })),
    setPassword: (operatorId, password) =>
      request('PUT', adminPaths.operatorPassword(operatorId), { body: { password } }),
    delete: operatorId => request('DELETE', adminPaths.operator(operatorId)),
    profile: async () => {
      const { user_id: id, data, roles } = await http.profile()
      const [role] = roles
      return {
        id,
        name: data.name,
        role: role?.role_name === 'GROUP_OWNER' ? 'full' : 'read-only',
        projectId: role?.group_id ?? '',
      }
    },
    listProviders: async () => {
      const path = adminPaths.operatorProviders()
      const providers = await request<readonly OperatorProviderWire[]>('GET', path)
      return providers.map(({ type }) => type)
    },
  }
}
