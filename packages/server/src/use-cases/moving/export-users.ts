import type { MovedUserLine } from '@regent/protocol'
import type { Deps } from '../../deps.ts'
import type { ApiKey } from '../../domain/api-key.ts'
import type { App } from '../../domain/app.ts'
import { canonicalEmail } from '../../domain/email.ts'
import { noHash, type PasswordAccount } from '../../domain/password.ts'
import type { Identity, User } from '../../domain/user.ts'
import type { WholeUser } from '../../store/moving/whole-users.ts'

/** Users that are read together: a page is read, written and forgotten. */
const pageSize = 500
/** Lines that are written before others get a turn. */
const turnSize = 100

const mostDates = 1_000
const written = new Map<number, string>()

/** As ISO 8601. Most dates of a user are one and the same, and writing one takes a microsecond. */
const iso = (ms: number): string => {
  const known = written.get(ms)
  if (known !== undefined) return known
  if (written.size >= mostDates) written.clear()
  const text = new Date(ms).toISOString()
  written.set(ms, text)
  return text
}

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

type Page<Item> = { readonly items: readonly Item[]; readonly next: string | undefined }

/** Pages of a walk; the next one is read while one is written. */
const walk = async function* <Item>(
  read: (after: string | undefined) => Promise<Page<Item>>,
): AsyncGenerator<readonly Item[], void, void> {
  let coming: Promise<Page<Item>> | undefined = read(undefined)
  while (coming !== undefined) {
    const { items, next }: Page<Item> = await coming
    coming = next === undefined ? undefined : read(next)
    coming?.catch(() => {})
    yield items
  }
}

const nextTurn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

/** A page as texts, with turns for others between them. */
const write = async function* (
  lines: readonly MovedUserLine[],
): AsyncGenerator<string, void, void> {
  for (let from = 0; from < lines.length; from += turnSize) {
    yield toText(lines.slice(from, from + turnSize))
    await nextTurn()
  }
}

/**
 * Everything that is kept about the app's users and can be taken elsewhere, one a line, with password hashes: what
 * `importUsers` takes. Users that come or go meanwhile may be in it or not; each is whole.
 */
export const exportUsers = async function* (
  { store }: Deps,
  app: App,
): AsyncGenerator<string, void, void> {
  const { moving } = store
  const withKeys = await moving.hasKeys(app.id)
  const users = walk(async after => {
    const found = await moving.usersAfter(app.id, { after, limit: pageSize, withKeys })
    return { items: found.users, next: found.next }
  })
  for await (const page of users) yield* write(page.map(toLine))
  const accounts = walk(async after => {
    const found = await moving.unclaimedAfter(app.id, after, pageSize)
    return { items: found.accounts, next: found.next }
  })
  for await (const page of accounts) yield* write(page.map(toRegistration))
}
