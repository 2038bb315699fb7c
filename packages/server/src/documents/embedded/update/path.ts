import { DocumentsError } from '../../error.ts'

/** One step of an update path: a field or index, `$` of the query, every element, or the elements of an array filter. */
export type Step =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'matched' }
  | { readonly kind: 'every' }
  | { readonly kind: 'filtered'; readonly identifier: string }

export type UpdatePath = { readonly text: string; readonly steps: readonly Step[] }

const deepest = 200

/** @throws `BadValue` for an empty field name, a `$`-prefixed name, a leading or second `$`. */
export const readUpdatePath = (text: string): UpdatePath => {
  if (text === '') throw new DocumentsError('BadValue', 'An empty update path is not valid.')
  const names = text.split('.')
  if (names.length > deepest) {
    throw new DocumentsError('BadValue', `FieldPath is too long: more than ${deepest} levels`)
  }
  const steps = names.map(name => readStep(name, text))
  if (steps[0]?.kind !== 'field') {
    throw new DocumentsError(
      'BadValue',
      `Cannot have positional (i.e. '$') element in the first position in path '${text}'`,
    )
  }
  if (steps.filter(step => step.kind === 'matched').length > 1) {
    throw new DocumentsError(
      'BadValue',
      `Too many positional (i.e. '$') elements found in path '${text}'`,
    )
  }
  return { text, steps }
}

const readStep = (name: string, path: string): Step => {
  if (name === '') {
    throw new DocumentsError(
      'BadValue',
      `The update path '${path}' contains an empty field name, which is not allowed.`,
    )
  }
  if (name === '$') return { kind: 'matched' }
  if (name === '$[]') return { kind: 'every' }
  if (name.startsWith('$[') && name.endsWith(']')) {
    return { kind: 'filtered', identifier: name.slice(2, -1) }
  }
  if (name.startsWith('$')) {
    throw new DocumentsError(
      'BadValue',
      `The dollar ($) prefixed field '${name}' in '${path}' is not valid for storage.`,
    )
  }
  return { kind: 'field', name }
}

/** True when the path means other places in other documents. */
export const hasDynamicStep = ({ steps }: UpdatePath): boolean =>
  steps.some(({ kind }) => kind !== 'field')

export const isIndex = (name: string): boolean => /^(0|[1-9]\d*)$/.test(name)

const stepName = (step: Step): string => {
  switch (step.kind) {
    case 'field':
      return step.name
    case 'matched':
      return '$'
    case 'every':
      return '$[]'
    case 'filtered':
      return `$[${step.identifier}]`
  }
}

const compareNames = (a: string, b: string): number => {
  if (a === b) return 0
  if (isIndex(a) && isIndex(b)) return a.length - b.length || (a < b ? -1 : 1)
  return a < b ? -1 : 1
}

/**
 * The order in which one update creates new fields: lexicographic, numeric names by their number.
 *
 * @see https://www.mongodb.com/docs/manual/reference/operator/update/ "Update Operator Processing Order"
 */
export const compareUpdatePaths = (a: UpdatePath, b: UpdatePath): number => {
  const shared = Math.min(a.steps.length, b.steps.length)
  for (let at = 0; at < shared; at += 1) {
    const order = compareNames(stepName(a.steps[at] as Step), stepName(b.steps[at] as Step))
    if (order !== 0) return order
  }
  return a.steps.length - b.steps.length
}

/** @throws `ConflictingUpdateOperators` when one path is, or is above, another one. */
export const requireNoConflict = (paths: readonly UpdatePath[]): void => {
  const taken = new Map<string, 'end' | 'inside'>()
  for (const { text } of paths) {
    for (let dot = text.indexOf('.'); dot !== -1; dot = text.indexOf('.', dot + 1)) {
      const above = text.slice(0, dot)
      if (taken.get(above) === 'end') throw conflict(text, above)
      taken.set(above, 'inside')
    }
    if (taken.has(text)) throw conflict(text, text)
    taken.set(text, 'end')
  }
}

const conflict = (path: string, at: string): DocumentsError =>
  new DocumentsError(
    'ConflictingUpdateOperators',
    `Updating the path '${path}' would create a conflict at '${at}'`,
  )
