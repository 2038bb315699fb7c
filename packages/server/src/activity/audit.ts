import { addressGroup } from '../domain/address.ts'
import { type Log, withoutTokens } from '../log.ts'
import type { Action, ActionQuery, KeptAction, Outcome } from './action.ts'
import { type FailureTraits, openFailureCounts } from './failure-counts.ts'
import type { OpenedRecords } from './records.ts'

/** An action that is under way. */
export type BegunAction = {
  /** Resolves when it is on the disk how the action ended, or that could not be written; never rejects. */
  end(outcome: Outcome): Promise<void>
}

/** What operators did. */
export type Audit = {
  /**
   * Writes down that an action begins: resolves when it is on the disk, so that nothing is done that is not in the trail.
   *
   * @throws when it cannot be written; the action must not be done then
   */
  begin(action: Action): Promise<BegunAction>
  /** Writes down what is over already. Never rejects. */
  keep(action: Action, outcome: Outcome): Promise<void>
  /** Writes down an attempt that was refused; those that repeat are counted. Never rejects. */
  refuse(action: Action, outcome: Outcome): Promise<void>
  /** The newest first. */
  find(query: ActionQuery): Promise<KeptAction[]>
  /** Writes down refused attempts that were counted. Never rejects. */
  writeCounted(all?: boolean): Promise<void>
}

export type AuditOptions = {
  readonly records: Pick<OpenedRecords, 'open'>
  readonly log: Log
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly newId: () => string
}

type Refused = Action & Outcome & { readonly count?: number; readonly startedAt?: number }

/** A year of a flood of attempts is three million rows. */
const limits = { ofSource: 10, atOnce: 200, perSecond: 0.1, windowMs: 60_000 }

const refusedActions: FailureTraits<Refused> = {
  kindOf: ({ operation, errorCode, status }) => [operation, errorCode, status].join('\0'),
  sourceOf: ({ operator, address }) =>
    operator?.id ?? (address === undefined ? '' : addressGroup(address)),
  standFor: (refused, isOfOne) => {
    const { requestId: _, params: __, query: ___, name: ____, fields, ...rest } = refused
    if (isOfOne) return rest
    const { operation, status, error, errorCode } = rest
    return { operator: undefined, operation, status, error, errorCode }
  },
}

const longestText = 256
const mostNames = 30

const clean = (text: string): string => withoutTokens(text).slice(0, longestText)

const cleanValues = (values: Readonly<Record<string, string>> | undefined) =>
  values &&
  Object.fromEntries(
    Object.entries(values)
      .slice(0, mostNames)
      .map(([name, value]) => [clean(name), clean(value)]),
  )

const cleanAction = (action: Action): Action =>
  ({
    ...action,
    ...(action.params && { params: cleanValues(action.params) }),
    ...(action.query && { query: cleanValues(action.query) }),
    ...(action.fields && { fields: action.fields.slice(0, mostNames).map(clean) }),
    name: action.name && clean(action.name),
    userAgent: action.userAgent && clean(action.userAgent),
  }) as Action

export const openAudit = ({ records, log, now, newId }: AuditOptions): Audit => {
  const refusals = openFailureCounts(now, refusedActions, limits)

  const insert = async (action: Omit<KeptAction, 'id' | 'at'>): Promise<string> => {
    const id = newId()
    await (await records.open()).actions.insert({ ...cleanAction(action), id, at: now() })
    return id
  }
  const warn = (error: unknown): void =>
    log.error('an action of an operator could not be written into the audit trail', { err: error })
  const insertEnded = async (action: Action & Outcome): Promise<void> => {
    await insert({ ...action, endedAt: now() }).catch(warn)
  }

  return {
    begin: async action => {
      const id = await insert(action)
      return {
        end: async outcome => {
          const { actions } = await records.open()
          await actions.end(id, { ...outcome, endedAt: now() }).catch(warn)
        },
      }
    },
    keep: (action, outcome) => insertEnded({ ...action, ...outcome }),
    refuse: async (action, outcome) => {
      const refused = { ...action, ...outcome }
      if (refusals.admit(refused)) await insertEnded(refused)
    },
    find: async query => (await records.open()).actions.find(query),
    writeCounted: async all => {
      for (const { startedAt: _, ...refused } of refusals.take(all)) await insertEnded(refused)
    },
  }
}
