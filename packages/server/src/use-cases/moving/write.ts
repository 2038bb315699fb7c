import type { Deps } from '../../deps.ts'
import { mostKeys } from '../../domain/api-key.ts'
import type { App } from '../../domain/app.ts'
import type { HashKind } from '../../store/moving/imported.ts'
import type { Candidate } from './candidate.ts'
import type { Plan } from './decide.ts'

/** A line that is to be written. */
export type Job = { readonly line: number; readonly candidate: Candidate; readonly plan: Plan }

/** What became of some jobs: why those were refused that were, by line. */
export type Written = ReadonlyMap<number, string>

const withPart = <Part>(
  jobs: readonly Job[],
  partsOf: (plan: Plan) => readonly Part[],
): { readonly parts: Part[]; readonly owners: Job[] } => {
  const pairs = jobs.flatMap(job => partsOf(job.plan).map(part => ({ part, job })))
  return { parts: pairs.map(({ part }) => part), owners: pairs.map(({ job }) => job) }
}

/** The costliest hash of each kind. */
const kindsOf = (jobs: readonly Job[]): HashKind[] => {
  const costliest = new Map<string, HashKind>()
  for (const { candidate } of jobs) {
    const { hash } = candidate
    if (hash && hash.work > (costliest.get(hash.kind)?.work ?? 0)) costliest.set(hash.kind, hash)
  }
  return [...costliest.values()].map(({ kind, work, decoy }) => ({ kind, work, decoy }))
}

/** Log-ins must know of such accounts before there are any. */
const noteFacts = async ({ store, passwords }: Deps, app: App, jobs: readonly Job[]) => {
  const kinds = kindsOf(jobs).filter(({ decoy }) => passwords.isOutdated(decoy))
  if (kinds.length > 0) await store.imported.noteHashes(app.id, kinds)
  if (jobs.some(({ plan }) => plan.double !== undefined)) await store.imported.noteDoubles(app.id)
}

const writeKeys = async (
  { store }: Deps,
  { candidate, plan }: Job,
): Promise<string | undefined> => {
  for (const key of candidate.apiKeys) {
    const whole = { ...key, userId: plan.userId }
    if (await store.apiKeys.findById(key.id)) continue
    const outcome = await store.apiKeys.insert(whole, mostKeys[key.kind])
    if (outcome !== 'inserted') return `its API key ${key.name} could not be kept (${outcome})`
    if (key.lastUsedAt !== undefined) await store.apiKeys.recordUse(key.id, key.lastUsedAt)
  }
  return undefined
}

/** Lines that somebody else was quicker than, by what of them was taken. */
type Taken = {
  readonly claims: ReadonlySet<Job>
  readonly users: ReadonlySet<Job>
  readonly accounts: ReadonlySet<Job>
}

const reasonOf = (job: Job, { claims, users, accounts }: Taken): string | undefined => {
  if (claims.has(job)) return 'an identity of it belongs to another user'
  if (users.has(job)) return 'its id is that of a user of another app'
  return accounts.has(job) ? 'its e-mail address is taken' : undefined
}

/** Takes back what was written of a line before it turned out that somebody came first. */
const takeBack = async ({ store }: Deps, job: Job, taken: Taken): Promise<void> => {
  const { account, user, claims, userId } = job.plan
  if (account && !taken.accounts.has(job)) {
    await store.passwords.removeByIdentity(account.identityId)
  }
  if (user && !taken.users.has(job)) await store.users.remove(userId)
  for (const claim of claims) await store.identities.remove(claim)
}

const insertParts = async ({ store }: Deps, jobs: readonly Job[]): Promise<Taken> => {
  const { moving } = store
  const claims = withPart(jobs, plan => plan.claims)
  const users = withPart(jobs, ({ user }) => (user ? [user] : []))
  const accounts = withPart(jobs, ({ account }) => (account ? [account] : []))
  const [takenClaims, takenUsers] = await store.inOrder(
    () => moving.insertClaims(claims.parts),
    () => moving.insertUsers(users.parts),
  )
  const takenAccounts = await moving.insertAccounts(accounts.parts)
  const at = (owners: readonly Job[], places: readonly number[]): ReadonlySet<Job> =>
    new Set(places.map(place => owners[place] as Job))
  return {
    claims: at(claims.owners, takenClaims),
    users: at(users.owners, takenUsers),
    accounts: at(accounts.owners, takenAccounts),
  }
}

/**
 * Writes claims and users, and then passwords: nobody can log in before their user is whole, and who comes in
 * between finds the user's id. Cut off anywhere, the same lines can be written again.
 */
export const writeJobs = async (deps: Deps, app: App, jobs: readonly Job[]): Promise<Written> => {
  const refused = new Map<number, string>()
  await noteFacts(deps, app, jobs)
  const taken = await insertParts(deps, jobs)
  for (const job of jobs) {
    const reason = reasonOf(job, taken)
    if (reason !== undefined) {
      refused.set(job.line, reason)
      await takeBack(deps, job, taken)
    } else if (job.candidate.apiKeys.length > 0) {
      const problem = await writeKeys(deps, job)
      if (problem !== undefined) refused.set(job.line, problem)
    }
  }
  return refused
}
