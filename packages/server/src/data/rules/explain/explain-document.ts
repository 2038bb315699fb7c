import type { Document } from 'bson'
import { compileProjection } from '../../../documents/embedded/query/project.ts'
import { equalValues } from '../../../documents/embedded/values/compare.ts'
import type { FieldPermission, Role } from '../../../domain/data-source.ts'
import type { Scope } from '../../expressions/expansion.ts'
import { withFunctionResults } from '../../expressions/function-results.ts'
import { askWithFunctions } from '../ask.ts'
import { chooseRole, seeThrough } from '../reading.ts'
import type { SettledRules } from '../settled-rules.ts'
import type { ExplainedDocument, ExplainedPermission, ExplainedRole, Why } from './explanation.ts'
import { type Tracing, trace } from './trace.ts'

type Traced = { readonly rules: SettledRules; readonly isSecret: Tracing['isSecret'] }

/** Why an expression of the rules holds or not, with what its functions gave. */
export const traceExpression = async (
  { rules: { callFunction }, isSecret }: Traced,
  raw: unknown,
  scope: Scope,
): Promise<Why> => {
  const known = await withFunctionResults(raw, scope, callFunction)
  return trace({ raw, known }, { scope, isSecret })
}

type Expression = {
  readonly name: string
  readonly expression: unknown
  /** The top-level field that it is about. */
  readonly field?: string
}

const pair = (
  name: string,
  { read, write }: { readonly read?: unknown; readonly write?: unknown } = {},
  field?: string,
): Expression[] =>
  [
    { name: `${name}read`, expression: read },
    { name: `${name}write`, expression: write },
  ].map(one => (field === undefined ? one : { ...one, field }))

const ofField = (name: string, permission: FieldPermission, field: string): Expression[] => [
  ...pair(`${name}.`, permission, field),
  ...Object.entries(permission.fields ?? {}).flatMap(([inner, one]) =>
    ofField(`${name}.fields.${inner}`, one, field),
  ),
]

/** Every expression that a role has, by where it stands. */
const expressionsOf = (role: Role): Expression[] =>
  [
    ...pair('document_filters.', role.documentFilters),
    ...pair('', role),
    { name: 'insert', expression: role.insert },
    { name: 'delete', expression: role.delete },
    { name: 'search', expression: role.search },
    ...Object.entries(role.fields ?? {}).flatMap(([name, permission]) =>
      ofField(`fields.${name}`, permission, name),
    ),
    ...pair('additional_fields.', role.additionalFields),
  ].filter(({ expression }) => expression !== undefined)

/** How a document is written, in part; a read is asked as if it were written as it is. */
export type Change = { readonly root: Document; readonly prevRoot?: Document | undefined }

const explainPermissions = async (
  traced: Traced,
  role: Role,
  { document, change }: { readonly document: Document; readonly change: Change },
): Promise<ExplainedPermission[]> => {
  const { scope } = traced.rules
  const reading = { ...scope, root: document }
  const writing = { ...scope, ...change }
  const { root, prevRoot } = change
  return Promise.all(
    expressionsOf(role).map(async ({ name, expression, field }) => {
      const isRead = /(?:^|\.)read$/.test(name)
      const whole = isRead ? reading : writing
      const inside = (from: Document | undefined) =>
        field === undefined ? undefined : from?.[field]
      const values = isRead
        ? { this: inside(document) }
        : { this: inside(root), prev: inside(prevRoot) }
      return { name, why: await traceExpression(traced, expression, { ...whole, ...values }) }
    }),
  )
}

const explainRoles = async (
  traced: Traced,
  document: Document,
  chosen: number,
): Promise<ExplainedRole[]> => {
  const { plan, scope } = traced.rules
  const withDocument = { ...scope, root: document }
  return Promise.all(
    plan.rules.roles.slice(0, chosen + 1).map(async ({ name, applyWhen }, at) => ({
      name,
      applies: at === chosen,
      why: await traceExpression(traced, applyWhen, withDocument),
    })),
  )
}

const namesSeen = (document: Document, visible: Document | undefined): string[] =>
  Object.keys(visible ?? {}).map(name =>
    equalValues(document[name], visible?.[name]) ? name : `${name}.*`,
  )

/** What a document is to the user, without an operation. */
export type Sight = Pick<
  ExplainedDocument,
  'id' | 'roles' | 'role' | 'permissions' | 'sees' | 'hidden'
> & {
  readonly visible: Document | undefined
}

export const explainSight = async (
  traced: Traced,
  document: Document,
  change: Change,
): Promise<Sight> => {
  const { rules } = traced
  const { roles, scope, callFunction, plan } = rules
  const role = await askWithFunctions(
    ask => chooseRole(roles, document, { ask, scope }),
    callFunction,
  )
  const seen = await askWithFunctions(
    ask => seeThrough(roles, document, { ask, scope, isSearch: false }),
    callFunction,
  )
  const { projection } = rules.filters
  const visible = seen && projection ? compileProjection(projection)(seen) : seen
  const written = role && (plan.rules.roles[role.at] as Role)
  const chosen = role?.at ?? plan.rules.roles.length
  return {
    id: document._id,
    roles: await explainRoles(traced, document, chosen),
    role: role?.name ?? null,
    permissions: written ? await explainPermissions(traced, written, { document, change }) : [],
    visible,
    sees: namesSeen(document, visible),
    hidden: Object.keys(document).filter(
      name => visible === undefined || !Object.hasOwn(visible, name),
    ),
  }
}
