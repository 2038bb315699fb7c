import type { FieldPermission, Role } from '../../domain/data-source.ts'
import { callsFunctionOfDocument, isTooDeep, namesDocument } from '../expressions/dependence.ts'
import type { Scope } from '../expressions/expansion.ts'
import { fold } from '../expressions/fold.ts'
import {
  type CallFunction,
  callsFunction,
  withFunctionResults,
} from '../expressions/function-results.ts'

/**
 * What is left of a rule expression when everything but the document is known: `true`, `false` or a shorter expression.
 * `undefined` where the role says nothing.
 */
export type Settled = unknown

/** A read and a write permission. */
export type Pair = { readonly read: Settled; readonly write: Settled }

export type SettledField = Pair & {
  /** Those of the embedded document. */
  readonly fields: ReadonlyMap<string, SettledField> | undefined
}

/** A role as it stands for one user in one operation. */
export type SettledRole = Pair & {
  readonly name: string
  /** Its place in the rules, from 0. */
  readonly at: number
  readonly applyWhen: Settled
  /** `undefined` where the role has no document filters. */
  readonly gate: Pair | undefined
  readonly insert: Settled
  readonly delete: Settled
  readonly search: Settled
  readonly fields: ReadonlyMap<string, SettledField>
  /** For fields that `fields` does not name. */
  readonly additional: SettledField
  /** True when a function of the app has to be asked about each document. */
  readonly asksFunctions: boolean
}

export type Settling = { readonly scope: Scope; readonly callFunction: CallFunction }

const isForAll = (call: unknown): boolean => !namesDocument(call)

/** The expression with what does not depend on the document replaced by what it is. */
export const settle = async (
  expression: unknown,
  { scope, callFunction }: Settling,
): Promise<Settled> => {
  if (expression === undefined || typeof expression === 'boolean') return expression
  if (isTooDeep(expression)) return false
  const known = callsFunction(expression)
    ? await withFunctionResults(expression, scope, callFunction, isForAll)
    : expression
  return fold(known, scope)
}

const settlePair = async (
  { read, write }: { readonly read?: unknown; readonly write?: unknown },
  settling: Settling,
): Promise<Pair> => ({ read: await settle(read, settling), write: await settle(write, settling) })

const deepestFields = 100

const settleFields = async (
  fields: Readonly<Record<string, FieldPermission>>,
  settling: Settling,
  depth = 0,
): Promise<ReadonlyMap<string, SettledField>> => {
  const settled = new Map<string, SettledField>()
  if (depth > deepestFields) return settled
  for (const [name, permission] of Object.entries(fields)) {
    settled.set(name, {
      ...(await settlePair(permission, settling)),
      fields: permission.fields && (await settleFields(permission.fields, settling, depth + 1)),
    })
  }
  return settled
}

const settleRole = async (role: Role, at: number, settling: Settling): Promise<SettledRole> => ({
  name: role.name,
  at,
  applyWhen: undefined,
  ...(await settlePair(role, settling)),
  gate: role.documentFilters && (await settlePair(role.documentFilters, settling)),
  insert: await settle(role.insert, settling),
  delete: await settle(role.delete, settling),
  search: await settle(role.search, settling),
  fields: await settleFields(role.fields ?? {}, settling),
  additional: { ...(await settlePair(role.additionalFields ?? {}, settling)), fields: undefined },
  asksFunctions: callsFunctionOfDocument(role),
})

/**
 * The roles that a document may have for this user, in order: those that never apply left out, and those after one that
 * always applies.
 */
export const settleRoles = async (
  roles: readonly Role[],
  settling: Settling,
): Promise<readonly SettledRole[]> => {
  const settled: SettledRole[] = []
  for (const [at, role] of roles.entries()) {
    const applyWhen = await settle(role.applyWhen, settling)
    if (applyWhen === false || applyWhen === undefined) continue
    settled.push({ ...(await settleRole(role, at, settling)), applyWhen })
    if (applyWhen === true) break
  }
  return settled
}
