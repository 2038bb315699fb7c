import type { MovedUserLine } from '@regent/protocol'
import type { Deps } from '../../deps.ts'
import type { ApiKey } from '../../domain/api-key.ts'
import type { App } from '../../domain/app.ts'
import { canonicalEmail } from '../../domain/email.ts'
import { noHash, type PasswordAccount } from '../../domain/password.ts'
import type { Identity, User } from '../../domain/user.ts'
import type { WholeUser } from '../../store/moving/whole-users.ts'

/** Users of one turn: a page is read, written and forgotten. */
const pageSize = 200

const iso = (ms: number): string => new Date(ms).toISOString()

const toIdentity = ({ id, providerType, providerId, data, linkedAt }: Identity) => ({
  id,
  provider_type: providerType,
  provider_id: providerId,
  provider_data: { ...data },
  linked_date: iso(linkedAt),
})

const toKey = (key: ApiKey) => ({
  _id: key.id,
  name: key.name,
  prefix: key.prefix,
  hash: key.hash,
  disabled: key.disabled,
  creation_date: iso(key.createdAt),
  ...(key.lastUsedAt !== undefined && { last_used_date: iso(key.lastUsedAt) }),
})

const accountFields = (account: PasswordAccount) => ({
  email: account.email,
  email_state: account.state,
  email_verified: account.isProven === true,
  ...(account.key !== canonicalEmail(account.email) && { email_exact: true }),
  registration_date: iso(account.createdAt),
  ...(account.hash !== noHash && { password_hash: account.hash }),
})

const userFields = (user: User) => ({
  _id: user.id,
  type: user.type,
  disabled: user.disabled,
  identities: user.identities.map(toIdentity),
  creation_date: iso(user.createdAt),
  last_authentication_date: iso(user.lastLoginAt),
  last_seen_date: iso(user.lastSeenAt),
  ...(user.deletesAt !== undefined && { deletes_date: iso(user.deletesAt) }),
})

const toLine = ({ user, account, apiKeys }: WholeUser): MovedUserLine => ({
  ...userFields(user),
  ...(account && accountFields(account)),
  ...(apiKeys.length > 0 && { api_keys: apiKeys.map(toKey) }),
})

const toRegistration = (account: PasswordAccount): MovedUserLine => ({
  registration_only: true,
  identities: [
    {
      id: account.identityId,
      provider_type: 'local-userpass',
      provider_data: { email: account.email },
    },
  ],
  ...accountFields(account),
})

const toText = (lines: readonly MovedUserLine[]): string =>
  lines.map(line => `${JSON.stringify(line)}\n`).join('')

/**
 * Everything that is kept about the app's users and can be taken elsewhere, one a line, with password hashes: what
 * `importUsers` takes. Users that come or go meanwhile may be in it or not; each is whole.
 */
export const exportUsers = async function* (
  { store }: Deps,
  app: App,
): AsyncGenerator<string, void, void> {
  const { moving } = store
  let after: string | undefined
  do {
    const { users, next } = await moving.usersAfter(app.id, after, pageSize)
    if (users.length > 0) yield toText(users.map(toLine))
    after = next
  } while (after !== undefined)
  do {
    const { accounts, next } = await moving.unclaimedAfter(app.id, after, pageSize)
    if (accounts.length > 0) yield toText(accounts.map(toRegistration))
    after = next
  } while (after !== undefined)
}
