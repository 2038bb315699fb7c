import { type Document, ObjectId } from 'bson'
import type { Collection } from '../../../documents/documents.ts'
import { compileFilter } from '../../../documents/embedded/query/matcher.ts'
import type { App } from '../../../domain/app.ts'
import type { RuleFilter } from '../../../domain/data-source.ts'
import { meaningOf } from '../../expressions/evaluate.ts'
import { readsOfRoles, writesOfRoles } from '../outline.ts'
import type { SettledRules } from '../settled-rules.ts'
import { explainSight, traceExpression } from './explain-document.ts'
import { changed, explainDelete, explainInsert, explainUpdate } from './explain-write.ts'
import type { ExplainedDocument, ExplainedFilter, Explanation } from './explanation.ts'
import type { Question } from './question.ts'

export type Explaining = {
  readonly rules: SettledRules
  /** Values in BSON classes. */
  readonly collection: Collection
  /** Milliseconds since 1970. */
  readonly nowMs: number
}

const mostDocuments = 10

/** Says which names stand for secrets of the app. */
const secretsOf = ({ values }: App): ((text: string) => boolean) => {
  const names = new Set(values.filter(({ fromSecret }) => fromSecret).map(({ name }) => name))
  return text => names.has(/^%%values\.([\w-]+)/.exec(text)?.[1] ?? '')
}

const explainFilter = async (
  { rules }: Explaining,
  { name, applyWhen = true, query, projection }: RuleFilter,
): Promise<ExplainedFilter> => {
  const { scope, namespace, filters } = rules
  const isSecret = secretsOf(namespace.app)
  const shown = Object.fromEntries(
    Object.entries((scope.values ?? {}) as Document).map(([key, value]) => [
      key,
      isSecret(`%%values.${key}`) ? '(a secret)' : value,
    ]),
  )
  const meaning = (value: unknown) => meaningOf(value, { ...scope, values: shown }) as Document
  return {
    name,
    applies: filters.names.includes(name),
    why: await traceExpression({ rules, isSecret }, applyWhen, scope),
    ...(Object.keys(query).length > 0 && { query: meaning(query) }),
    ...(Object.keys(projection).length > 0 && { projection: meaning(projection) }),
  }
}

const explainStored = async (
  explaining: Explaining,
  document: Document,
  question: Exclude<Question, { readonly kind: 'insert' }>,
): Promise<ExplainedDocument> => {
  const { rules, nowMs, collection } = explaining
  const { query: filter } = rules.filters
  const passes =
    filter === undefined ||
    (await collection.findOne({ $and: [{ _id: document._id }, filter] })) !== undefined
  const traced = { rules, isSecret: secretsOf(rules.namespace.app) }
  const { visible, ...sight } = await explainSight(traced, document, {
    root: document,
    prevRoot: document,
  })
  const matches = passes && visible !== undefined && compileFilter(question.query).matches(visible)
  const base = { ...sight, passes, matches }
  if (question.kind === 'read' || visible === undefined || !matches) return base
  if (question.kind === 'delete') return { ...base, write: await explainDelete(rules, document) }
  const after = changed(document, visible, { ...question, nowMs })
  const { permissions } = await explainSight(traced, document, {
    root: after ?? document,
    prevRoot: document,
  })
  return { ...base, permissions, write: await explainUpdate(rules, document, after) }
}

const explainNew = async ({ rules }: Explaining, given: Document): Promise<ExplainedDocument> => {
  const { _id = new ObjectId(), ...fields } = given
  const document = { _id, ...fields }
  const traced = { rules, isSecret: secretsOf(rules.namespace.app) }
  const { visible: _visible, ...sight } = await explainSight(traced, document, { root: document })
  return { ...sight, passes: true, matches: true, write: await explainInsert(rules, document) }
}

const explainDocuments = async (explaining: Explaining, question: Question) => {
  if (question.kind === 'insert') {
    const { documents } = question
    const first = documents.slice(0, mostDocuments)
    return {
      documents: await Promise.all(first.map(one => explainNew(explaining, one))),
      hasMore: documents.length > first.length,
    }
  }
  const options = { limit: mostDocuments + 1, maxTimeMs: 10_000 }
  const found = await explaining.collection.find(question.query, options)
  const first = found.slice(0, mostDocuments)
  return {
    documents: await Promise.all(first.map(one => explainStored(explaining, one, question))),
    hasMore: found.length > first.length,
  }
}

/**
 * Says which rules count for an operation of a user, what they say about each document, and why. Nothing is written;
 * functions that rules name are called.
 *
 * @throws DocumentsError
 */
export const explain = async (explaining: Explaining, question: Question): Promise<Explanation> => {
  const { plan, roles } = explaining.rules
  return {
    rules: plan.isDefault ? 'default' : 'collection',
    hasSchema: plan.checkSchema !== undefined,
    filters: await Promise.all(plan.rules.filters.map(one => explainFilter(explaining, one))),
    reads: readsOfRoles(roles, false),
    writes: writesOfRoles(roles),
    ...(await explainDocuments(explaining, question)),
  }
}
