import type { Document } from 'bson'
import { DocumentsError } from '../../error.ts'
import { isObject } from '../values/types.ts'
import { getField, withField, withoutField } from './fields.ts'
import { isIndex, type Step, type UpdatePath } from './path.ts'
import { toText } from './text.ts'

/** What one operator does at the end of its path; `undefined` is a missing field, before and after. */
export type Change = (current: unknown) => unknown

export type Walk = {
  readonly path: UpdatePath
  readonly change: Change
  /** Index of the array element that the query matched. */
  readonly position: number | undefined
  /** Which elements `$[identifier]` means; asked with the elements of `original`. */
  readonly selects: (identifier: string, element: unknown) => boolean
  /** The document before the whole update: what one operator changed must not decide what the next one finds. */
  readonly original: Document
  /** Told each path that is changed, with indexes in place of `$`, `$[]` and `$[identifier]`. */
  readonly onChange?: (path: UpdatePath) => void
}

const mostPadding = 1_500_000

/** The document with the change made, sharing what did not change; the document itself when nothing did. */
export const modify = (document: Document, walk: Walk): Document =>
  modifyNode(document, { walk, depth: 0, original: walk.original }) as Document

type Place = {
  readonly walk: Walk
  readonly depth: number
  /** What stands here in the original. */
  readonly original: unknown
}

type At = Place & { readonly name: string }

const modifyNode = (node: unknown, place: Place): unknown => {
  const { walk, depth } = place
  const step = walk.path.steps[depth]
  if (step === undefined) {
    walk.onChange?.(walk.path)
    return walk.change(node)
  }
  if (step.kind === 'every' || step.kind === 'filtered') return modifyElements(node, place)
  const name = step.kind === 'field' ? step.name : matchedIndex(walk)
  const at =
    step.kind === 'field' ? { ...place, name } : { ...place, walk: named(place, name), name }
  if (node === undefined) return createdNode(at)
  if (Array.isArray(node)) return modifyElement(node, at)
  if (isObject(node)) return modifyField(node, at)
  return unreachable(node, at)
}

/** The walk with the step at a place replaced by a field or index. */
const named = ({ walk, depth }: Place, name: string): Walk => {
  const steps = walk.path.steps.with(depth, { kind: 'field', name })
  return { ...walk, path: { steps, text: walk.path.text.split('.').with(depth, name).join('.') } }
}

const inside = ({ walk, depth, original, name }: At): Place => ({
  walk,
  depth: depth + 1,
  original: Array.isArray(original)
    ? original[Number(name)]
    : isObject(original)
      ? getField(original, name)
      : undefined,
})

const matchedIndex = ({ position }: Walk): string => {
  if (position !== undefined) return String(position)
  throw new DocumentsError(
    'BadValue',
    'The positional operator did not find the match needed from the query.',
  )
}

const modifyField = (node: Document, at: At): Document => {
  const { name } = at
  const before = getField(node, name)
  const after = modifyNode(before, inside(at))
  if (after === before) return node
  return after === undefined ? withoutField(node, name) : withField(node, name, after)
}

const modifyElement = (node: readonly unknown[], at: At): readonly unknown[] => {
  const { name } = at
  if (!isIndex(name)) {
    unreachable(node, at)
    return node
  }
  const index = Number(name)
  const before = node[index]
  const after = modifyNode(before, inside(at))
  if (after === before) return node
  if (index - node.length > mostPadding) {
    throw new DocumentsError('BadValue', `can't backfill more than ${mostPadding} elements`)
  }
  const padded = [...node]
  while (padded.length < index) padded.push(null)
  padded[index] = after === undefined ? null : after
  return padded
}

const modifyElements = (node: unknown, place: Place): unknown => {
  const { walk, depth, original } = place
  const above = pathUpTo(walk.path, depth)
  if (node === undefined) {
    throw new DocumentsError(
      'BadValue',
      `The path '${above}' must exist in the document in order to apply array updates.`,
    )
  }
  if (!Array.isArray(node)) {
    throw new DocumentsError(
      'BadValue',
      `Cannot apply array updates to non-array element ${lastName(above)}: ${toText(node)}`,
    )
  }
  const step = walk.path.steps[depth] as Step
  let changed = false
  const elements = node.map((element: unknown, index: number) => {
    const before: unknown = Array.isArray(original) ? original[index] : undefined
    if (step.kind === 'filtered' && !walk.selects(step.identifier, before)) return element
    const each = walk.onChange === undefined ? walk : named(place, String(index))
    const after = modifyNode(element, { walk: each, depth: depth + 1, original: before })
    if (after !== element) changed = true
    return after === undefined ? null : after
  })
  return changed ? elements : node
}

const createdNode = (at: At): unknown => {
  const inner = modifyNode(undefined, inside(at))
  return inner === undefined ? undefined : { [at.name]: inner }
}

const unreachable = (node: unknown, at: At): unknown => {
  const inner = modifyNode(undefined, inside(at))
  if (inner === undefined) return node
  const above = lastName(pathUpTo(at.walk.path, at.depth))
  throw new DocumentsError(
    'PathNotViable',
    `Cannot create field '${at.name}' in element {${above}: ${toText(node)}}`,
  )
}

const pathUpTo = (path: UpdatePath, depth: number): string =>
  path.text.split('.').slice(0, depth).join('.')

const lastName = (path: string): string => path.slice(path.lastIndexOf('.') + 1)
