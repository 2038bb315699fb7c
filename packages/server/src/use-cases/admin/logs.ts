import type { KeptAction } from '../../activity/action.ts'
import type { ClientFacts, EntryQuery, KeptEntry } from '../../activity/entry.ts'
import type { Deps } from '../../deps.ts'
import type { App } from '../../domain/app.ts'
import { canonicalEmail, isAccountName } from '../../domain/email.ts'
import { isId } from '../../domain/id.ts'
import type { User } from '../../domain/user.ts'
import { findUserByEmail } from './users.ts'

/** Which entries are wanted; without an app those of all. */
export type LogsQuery = Omit<EntryQuery, 'appId' | 'userId' | 'account'> & {
  /** Id or e-mail address of a user. */
  readonly user?: string | undefined
  readonly skip: number
  readonly limit: number
}

/** A page, the newest first. */
export type LogsPage = {
  readonly entries: readonly KeptEntry[]
  /** Where the next page begins; absent when this one is the last. */
  readonly next?: { readonly until: number; readonly skip: number }
}

const emailsOf = (user: User | undefined): string[] =>
  (user?.identities ?? []).flatMap(({ providerType, data }) =>
    providerType === 'local-userpass' && typeof data.email === 'string'
      ? [canonicalEmail(data.email)]
      : [],
  )

/** Searches whose results together are about the user: what they did, and what was tried in their name. */
const aboutUser = async (
  deps: Deps,
  app: App,
  wanted: string,
): Promise<Pick<EntryQuery, 'userId' | 'account'>[]> => {
  if (wanted.includes('@')) {
    if (!isAccountName(wanted)) return []
    const user = await findUserByEmail(deps, app, wanted)
    return [{ account: canonicalEmail(wanted) }, ...(user ? [{ userId: user.id }] : [])]
  }
  if (!isId(wanted)) return []
  const user = await deps.store.users.findById(wanted)
  const emails = user?.appId === app.id ? emailsOf(user) : []
  return [{ userId: wanted }, ...emails.map(account => ({ account }))]
}

const newestFirst = (left: KeptEntry, right: KeptEntry): number => (left.id < right.id ? 1 : -1)

/** What the client said of its device at the log-in, for entries that know the device only. */
const withDevices = async (
  { store }: Deps,
  entries: readonly KeptEntry[],
): Promise<readonly KeptEntry[]> => {
  const without = entries.filter(({ client, deviceId }) => !client && deviceId !== undefined)
  if (without.length === 0) return entries
  const ids = [...new Set(without.flatMap(({ deviceId }) => deviceId ?? []))]
  const devices = new Map((await store.devices.listByIds(ids)).map(one => [one.id, one]))
  return entries.map(entry => {
    const device = entry.client ? undefined : devices.get(entry.deviceId ?? '')
    return device ? { ...entry, client: device.details as ClientFacts } : entry
  })
}

/** Entries of the last millisecond of a page may go on in the next one. */
const nextOf = (
  entries: readonly KeptEntry[],
  { until, skip }: LogsQuery,
): NonNullable<LogsPage['next']> | undefined => {
  const last = entries.at(-1)
  if (!last) return undefined
  const shown = entries.filter(({ at }) => at === last.at).length
  return { until: last.at, skip: last.at === until ? skip + shown : shown }
}

/** Entries of an app, or of all; the newest first. */
export const findLogs = async (
  deps: Deps,
  app: App | undefined,
  query: LogsQuery,
): Promise<LogsPage> => {
  const { user, skip, limit, ...rest } = query
  const searches = user === undefined || !app ? [{}] : await aboutUser(deps, app, user)
  const most = skip + limit + 1
  const found = await Promise.all(
    searches.map(search =>
      deps.activity.find({ ...rest, ...search, appId: app?.id, skip: 0, limit: most }),
    ),
  )
  const all = [...new Map(found.flat().map(entry => [entry.id, entry])).values()]
  const page = all.toSorted(newestFirst).slice(skip, most)
  const entries = page.slice(0, limit)
  const next = page.length > limit ? nextOf(entries, query) : undefined
  return { entries: await withDevices(deps, entries), ...(next && { next }) }
}

/** What operators did under that request id: a refusal of the Admin API has a link too. */
export const findActionsOf = (
  { activity }: Deps,
  { requestId, appId }: { readonly requestId: string; readonly appId: string | undefined },
): Promise<KeptAction[]> => activity.audit.find({ requestId, appId })
