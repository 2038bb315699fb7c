import type { Document } from 'bson'
import { compileFilter } from '../../../documents/embedded/query/matcher.ts'
import { compileUpdate } from '../../../documents/embedded/update/update.ts'
import { mergeChange } from '../../view/merge-change.ts'
import { askWithFunctions } from '../ask.ts'
import { chooseRole } from '../reading.ts'
import type { SettledRules } from '../settled-rules.ts'
import { type Objection, objectionTo, type Write } from '../writing.ts'
import type { ExplainedWrite } from './explanation.ts'

const sentence = ({ permission, field }: Objection, role: string): string => {
  if (permission === 'fields') return `role '${role}' does not let '${field}' be written`
  return `'${permission}' of role '${role}' does not hold`
}

const explain = async (rules: SettledRules, write: Write): Promise<ExplainedWrite> => {
  const { roles, scope, callFunction, plan } = rules
  const { action, before, after } = write
  const reason = await askWithFunctions(ask => {
    const role = chooseRole(roles, (before ?? after) as Document, { ask, scope })
    if (role === undefined) return 'no role applies'
    const objection = objectionTo(role, write, { ask, scope })
    return objection && sentence(objection, role.name)
  }, callFunction)
  if (reason !== undefined) return { action, allowed: false, reason }
  const detail = after && plan.checkSchema?.(after)
  if (detail !== undefined) return { action, allowed: false, reason: `the schema: ${detail}` }
  return { action, allowed: true }
}

export const explainInsert = (rules: SettledRules, document: Document): Promise<ExplainedWrite> =>
  explain(rules, { action: 'insert', before: undefined, after: document })

export const explainDelete = (rules: SettledRules, document: Document): Promise<ExplainedWrite> =>
  explain(rules, { action: 'delete', before: document, after: undefined })

export type AskedChange = {
  readonly query: Document
  readonly update: Document | readonly Document[]
  readonly arrayFilters?: readonly Document[] | undefined
  readonly nowMs: number
}

const hiddenPart =
  'it would write where something is that the user does not see, or change a list of which they see a part'

/** What a document becomes, from what the user sees of it; `undefined` when that cannot be carried over. */
export const changed = (
  before: Document,
  visible: Document,
  { query, update, arrayFilters, nowMs }: AskedChange,
): Document | undefined => {
  const compiled = compileUpdate(update, { arrayFilters })
  const { position } = compileFilter(query)
  const now = new Date(nowMs)
  const after = compiled.apply(visible, { position: position(visible), isInsert: false, now })
  return visible === before ? after : mergeChange({ before, visible, changed: after })
}

export const explainUpdate = async (
  rules: SettledRules,
  before: Document,
  after: Document | undefined,
): Promise<ExplainedWrite> =>
  after === undefined
    ? { action: 'update', allowed: false, reason: hiddenPart }
    : explain(rules, { action: 'update', before, after })
