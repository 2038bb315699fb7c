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

/** Takes back what was written of a line before it turned out that somebody came first. */
const takeBack = async ({ store }: Deps, { plan }: Job): Promise<void> => {
  if (plan.user) await store.users.remove(plan.userId)
  for (const claim of plan.claims) await store.identities.remove(claim)
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

/**
 * Writes claims first, then users, then passwords: nobody can log in before their user is whole, and who comes in
 * between finds the user's id. Cut off anywhere, the same lines can be written again.
 */
export const writeJobs = async (deps: Deps, app: App, jobs: readonly Job[]): Promise<Written> => {
  const { moving } = deps.store
  const refused = new Map<number, string>()
  const refuse = async (owners: readonly Job[], places: readonly number[], reason: string) => {
    for (const place of places) {
      const job = owners[place] as Job
      if (refused.has(job.line)) continue
      refused.set(job.line, reason)
      await takeBack(deps, job)
    }
  }
  const left = () => jobs.filter(({ line }) => !refused.has(line))

  await noteFacts(deps, app, jobs)
  const claims = withPart(jobs, plan => plan.claims)
  const taken = await moving.insertClaims(claims.parts)
  await refuse(claims.owners, taken, 'an identity of it belongs to another user')
  const users = withPart(left(), ({ user }) => (user ? [user] : []))
  const known = await moving.insertUsers(users.parts)
  await refuse(users.owners, known, 'its id is that of a user of another app')
  const accounts = withPart(left(), ({ account }) => (account ? [account] : []))
  const registered = await moving.insertAccounts(accounts.parts)
  await refuse(accounts.owners, registered, 'its e-mail address is taken')
  for (const job of left()) {
    const reason = job.candidate.apiKeys.length > 0 ? await writeKeys(deps, job) : undefined
    if (reason !== undefined) refused.set(job.line, reason)
  }
  return refused
}
