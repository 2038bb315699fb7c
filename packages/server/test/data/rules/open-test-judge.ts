import type { Document } from 'bson'
import { ObjectId } from 'bson'
import type { Asking } from '../../../src/data/rules/asker.ts'
import type { Judge, Purpose } from '../../../src/data/rules/judge.ts'
import { openRules } from '../../../src/data/rules/open-judge.ts'
import type { App } from '../../../src/domain/app.ts'
import type {
  CollectionRules,
  DataSource,
  Role,
  RuleFilter,
} from '../../../src/domain/data-source.ts'
import type { User } from '../../../src/domain/user.ts'
import { AppError } from '../../../src/errors.ts'

export const adaId = '65a0c0ffee0000000000beef'
export const bobId = '65a0c0ffee0000000000cafe'
export const adaOid = ObjectId.createFromHexString(adaId)

export const ada: User = {
  id: adaId,
  appId: '65a0c0ffee00000000000001',
  type: 'normal',
  identities: [
    {
      id: 'ada@example.com',
      providerType: 'local-userpass',
      providerId: '65a0c0ffee00000000000002',
      data: { email: 'ada@example.com' },
      linkedAt: 0,
    },
  ],
  disabled: false,
  deleting: false,
  createdAt: 0,
  lastLoginAt: 0,
  lastSeenAt: 0,
}

const customData = {
  staff: false,
  age: 36,
  teams: ['red', 'blue'],
  team: 'red',
  address: { city: 'Bonn' },
}

export type TestRules = {
  readonly roles?: readonly Partial<Role>[]
  readonly filters?: readonly Partial<RuleFilter>[]
  readonly schema?: CollectionRules['schema']
  /** Default: that of `ada`. */
  readonly customData?: Document
}

/** Every call of a function or read of a secret or of custom data. */
export type Asked = string[]

const functions: Readonly<Record<string, (...args: readonly unknown[]) => unknown>> = {
  yes: () => true,
  no: () => false,
  boom: () => {
    throw new Error('boom')
  },
  busy: () => {
    throw new AppError('overloaded')
  },
  isRed: team => team === 'red',
  adaTeam: () => 'red',
  thirtySix: () => 36,
}

export const collectionRules = ({
  roles = [],
  filters = [],
  schema,
}: TestRules): CollectionRules => ({
  database: 'shop',
  collection: 'orders',
  roles: roles.map((role, at) => ({ name: `role ${at}`, applyWhen: {}, ...role })),
  filters: filters.map((filter, at) => ({
    name: `filter ${at}`,
    applyWhen: {},
    query: {},
    projection: {},
    ...filter,
  })),
  ...(schema && { schema }),
})

/** The judge of `shop.orders` for Ada. */
export const openTestJudge = async (
  rules: TestRules,
  { asked = [], purpose = 'usual' }: { readonly asked?: Asked; readonly purpose?: Purpose } = {},
): Promise<Judge> => {
  const app = {
    id: ada.appId,
    clientAppId: 'test-aaaaa',
    values: [
      { name: 'limit', value: 18, fromSecret: false },
      { name: 'team', value: 'red', fromSecret: false },
      { name: 'hidden', value: 'the-secret', fromSecret: true },
    ],
    environment: { tag: 'qa', values: { open: true } },
  } as unknown as App
  const source: DataSource = {
    name: 'own',
    link: { kind: 'own' },
    rules: [collectionRules(rules)],
  }
  const { judge: open } = openRules({
    readSecret: async (_appId, name) => {
      asked.push(`secret ${name}`)
      return 'sesame'
    },
    callFunction: async (_app, { name, args }) => {
      asked.push(`${name}(${args.map(String).join()})`)
      const found = functions[name]
      if (found === undefined) throw new Error('no such function')
      return found(...args)
    },
    readCustomData: async () => {
      asked.push('custom data')
      return rules.customData ?? customData
    },
  })
  const asking: Asking = {
    kind: 'user',
    user: ada,
    request: {
      remoteIPAddress: '127.0.0.1',
      action: 'find',
      requestHeaders: { host: ['shop.example'] },
    },
  }
  const namespace = { app, source, database: 'shop', collection: 'orders' }
  return open(namespace, asking, purpose)
}
