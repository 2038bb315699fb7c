import type { FieldPermission, Role } from '../../domain/data-source.ts'
import { callsFunctionOfDocument, namesDocument } from '../expressions/dependence.ts'
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

/** What holds expressions, with the functions called that do not ask about the document. */
const withResults = async <Part>(part: Part, { scope, callFunction }: Settling): Promise<Part> =>
  (await withFunctionResults(part, scope, callFunction, isForAll)) as Part

const settleKnown = (expression: unknown, scope: Scope): Settled =>
  expression === undefined || typeof expression === 'boolean' ? expression : fold(expression, scope)

/** The expression with what does not depend on the document replaced by what it is. */
export const settle = async (expression: unknown, settling: Settling): Promise<Settled> => {
  const known = callsFunction(expression) ? await withResults(expression, settling) : expression
  return settleKnown(known, settling.scope)
}

const settlePair = (
  { read, write }: { readonly read?: unknown; readonly write?: unknown },
  scope: Scope,
): Pair => ({ read: settleKnown(read, scope), write: settleKnown(write, scope) })

type Fields = Readonly<Record<string, FieldPermission>>

const settleFields = (fields: Fields, scope: Scope): ReadonlyMap<string, SettledField> => {
  const settled = new Map<string, SettledField>()
  for (const [name, permission] of Object.entries(fields)) {
    settled.set(name, {
      ...settlePair(permission, scope),
      fields: permission.fields && settleFields(permission.fields, scope),
    })
  }
  return settled
}

const noFields: ReadonlyMap<string, SettledField> = new Map()

const settleRole = (role: Role, applyWhen: Settled, scope: Scope): Omit<SettledRole, 'at'> => ({
  name: role.name,
  applyWhen,
  read: settleKnown(role.read, scope),
  write: settleKnown(role.write, scope),
  gate: role.documentFilters && settlePair(role.documentFilters, scope),
  insert: settleKnown(role.insert, scope),
  delete: settleKnown(role.delete, scope),
  search: settleKnown(role.search, scope),
  fields: role.fields === undefined ? noFields : settleFields(role.fields, scope),
  additional: { ...settlePair(role.additionalFields ?? {}, scope), fields: undefined },
  asksFunctions: callsFunctionOfDocument(role),
})

/**
 * The roles that a document may have for this user, in order: those that never apply left out, and those after one that
 * always applies. Only functions of roles that can be reached are called.
 */
export const settleRoles = async (
  roles: readonly Role[],
  settling: Settling,
): Promise<readonly SettledRole[]> => {
  const { scope } = settling
  const settled: SettledRole[] = []
  for (const [at, role] of roles.entries()) {
    const { applyWhen: when, ...rest } = role
    const applies = settleKnown(
      callsFunction(when) ? await withResults(when, settling) : when,
      scope,
    )
    if (applies === false || applies === undefined) continue
    const known = callsFunction(rest) ? await withResults(rest, settling) : rest
    settled.push({ ...settleRole({ ...known, applyWhen: applies }, applies, scope), at })
    if (applies === true) break
  }
  return settled
}
