import { providerTypes } from '@regent/protocol'
import type { Collection } from '../../documents/documents.ts'

/**
 * What users are found by. A user who is neither disabled nor leaving is in five of them, or four without an e-mail
 * address; a log-in moves the user in one.
 */
export const createUserIndexes = async (users: Collection): Promise<void> => {
  const inOrder = { appId: 1, _id: 1 } as const
  await Promise.all([
    users.createIndex(inOrder),
    users.createIndex({ appId: 1, createdAt: 1, _id: 1 }, { name: 'created' }),
    users.createIndex({ appId: 1, lastLoginAt: 1, _id: 1 }, { name: 'lastLogin' }),
    users.createIndex(inOrder, {
      name: 'disabled',
      partialFilterExpression: { disabled: true },
    }),
    users.createIndex(
      { appId: 1, deletesAt: 1, _id: 1 },
      { name: 'deletes', partialFilterExpression: { deletesAt: { $exists: true } } },
    ),
    ...(['email', 'otherEmail'] as const).map(field =>
      users.createIndex(
        { appId: 1, [field]: 1, _id: 1 },
        { name: field, partialFilterExpression: { [field]: { $exists: true } } },
      ),
    ),
    ...providerTypes.map(type =>
      users.createIndex(inOrder, {
        name: `provider-${type}`,
        partialFilterExpression: { 'identities.providerType': type },
      }),
    ),
  ])
}
