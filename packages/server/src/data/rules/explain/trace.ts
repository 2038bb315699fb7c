import { EJSON } from 'bson'
import { evaluate, isInner, logical, meaningOf } from '../../expressions/evaluate.ts'
import { expand, isExpansion, type Scope, valueAt } from '../../expressions/expansion.ts'
import { isResult } from '../../expressions/function-results.ts'
import type { Why } from './explanation.ts'

export type Tracing = {
  readonly scope: Scope
  /** True for `%%values.key` and its like, which must not be shown. */
  readonly isSecret: (text: string) => boolean
}

const longest = 120

const shorten = (text: string): string =>
  text.length > longest ? `${text.slice(0, longest)}…` : text

const show = (value: unknown): string =>
  value === undefined ? 'nothing' : shorten(EJSON.stringify(value, { relaxed: true }))

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null

const namesSecret = (value: unknown, isSecret: Tracing['isSecret']): boolean => {
  if (typeof value === 'string') return isSecret(value)
  return isFields(value) && Object.values(value).some(inner => namesSecret(inner, isSecret))
}

/** The value that an expression has on its right side: as it is written, and what that stands for. */
const showValue = (raw: unknown, known: unknown, { scope, isSecret }: Tracing): string => {
  if (isResult(known)) return `${nameOfCall(raw)}, which gave ${show(known.result)}`
  if (namesSecret(raw, isSecret)) return `${show(raw)} (a secret)`
  const meaning = show(meaningOf(known, scope))
  const written = typeof raw === 'string' && isExpansion(raw) ? raw : show(raw)
  return written === meaning ? meaning : `${written}, which is ${meaning}`
}

const nameOfCall = (raw: unknown): string => {
  const { name } = (isFields(raw) ? raw['%function'] : undefined) as { name?: unknown }
  return `the function ${typeof name === 'string' ? name : '(without a name)'}`
}

const traceField = (
  key: string,
  {
    raw,
    known,
    holds,
  }: { readonly raw: unknown; readonly known: unknown; readonly holds: boolean },
  tracing: Tracing,
): Why => {
  const { scope, isSecret } = tracing
  if (isResult(known) && key === '%function') {
    return { text: `${nameOfCall({ [key]: raw })} gave ${show(known.result)}`, holds }
  }
  if (/^[%$]/.test(key) && !isExpansion(key)) return { text: `${key} is no operator`, holds }
  const isSwitch = /^%%(?:true|false)(?:%%)?$/.test(key)
  if (isInner(isSwitch, known)) {
    return { text: `${key}:`, holds, parts: [trace({ raw, known }, tracing)] }
  }
  if (isSwitch) return { text: `${key}: ${showValue(raw, known, tracing)}`, holds }
  const left = isExpansion(key) ? expand(key, scope) : valueAt(scope.root, key)
  const found = isSecret(key) ? 'a secret' : show(left)
  return { text: `${key} is ${found}, asked for: ${showValue(raw, known, tracing)}`, holds }
}

const at = (value: unknown, key: string | number): unknown =>
  isFields(value) ? (value as Readonly<Record<string | number, unknown>>)[key] : undefined

/**
 * Why an expression holds or not. `known` is the expression with the results of its functions in it, `raw` as it was
 * written. Values of secrets are not shown.
 */
export const trace = (
  { raw, known }: { readonly raw: unknown; readonly known: unknown },
  tracing: Tracing,
): Why => {
  const holds = evaluate(known, tracing.scope)
  if (isResult(known)) {
    return { text: `${nameOfCall(raw)} gave ${show(known.result)}`, holds }
  }
  if (!isFields(known) || Array.isArray(known)) return { text: show(raw), holds }
  const keys = Object.keys(known)
  if (keys.length === 0) return { text: '{}, which always holds', holds }
  const parts = keys.map((key): Why => {
    const [value, written] = [known[key], at(raw, key)]
    const isPartHolding = evaluate({ [key]: value }, tracing.scope)
    if (logical(key) === undefined) {
      return traceField(key, { raw: written, known: value, holds: isPartHolding }, tracing)
    }
    const branches = Array.isArray(value) ? value : [value]
    const whys = branches.map((branch, index) =>
      trace({ raw: Array.isArray(written) ? written[index] : written, known: branch }, tracing),
    )
    return { text: key, holds: isPartHolding, parts: whys }
  })
  return parts.length === 1 ? (parts[0] as Why) : { text: 'all of', holds, parts }
}
