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
  /** Which elements `$[identifier]` means. */
  readonly selects: (identifier: string, element: unknown) => boolean
}

const mostPadding = 1_500_000

/** The document with the change made, sharing what did not change; the document itself when nothing did. */
export const modify = (document: Document, walk: Walk): Document =>
  modifyNode(document, walk, 0) as Document

const modifyNode = (node: unknown, walk: Walk, depth: number): unknown => {
  const step = walk.path.steps[depth]
  if (step === undefined) return walk.change(node)
  if (step.kind === 'every' || step.kind === 'filtered') return modifyElements(node, walk, depth)
  const name = step.kind === 'field' ? step.name : matchedIndex(walk)
  if (node === undefined) return createdNode(walk, depth, name)
  if (Array.isArray(node)) return modifyElement(node, { walk, depth, name })
  if (isObject(node)) return modifyField(node, { walk, depth, name })
  return unreachable(node, { walk, depth, name })
}

type At = { readonly walk: Walk; readonly depth: number; readonly name: string }

const matchedIndex = ({ position }: Walk): string => {
  if (position !== undefined) return String(position)
  throw new DocumentsError(
    'BadValue',
    'The positional operator did not find the match needed from the query.',
  )
}

const modifyField = (node: Document, { walk, depth, name }: At): Document => {
  const before = getField(node, name)
  const after = modifyNode(before, walk, depth + 1)
  if (after === before) return node
  return after === undefined ? withoutField(node, name) : withField(node, name, after)
}

const modifyElement = (node: readonly unknown[], at: At): readonly unknown[] => {
  const { walk, depth, name } = at
  if (!isIndex(name)) {
    unreachable(node, at)
    return node
  }
  const index = Number(name)
  const before = node[index]
  const after = modifyNode(before, walk, depth + 1)
  if (after === before) return node
  if (index - node.length > mostPadding) {
    throw new DocumentsError('BadValue', `can't backfill more than ${mostPadding} elements`)
  }
  const padded = [...node]
  while (padded.length < index) padded.push(null)
  padded[index] = after === undefined ? null : after
  return padded
}

const modifyElements = (node: unknown, walk: Walk, depth: number): unknown => {
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
  const elements = node.map((element: unknown) => {
    if (step.kind === 'filtered' && !walk.selects(step.identifier, element)) return element
    const after = modifyNode(element, walk, depth + 1)
    if (after !== element) changed = true
    return after === undefined ? null : after
  })
  return changed ? elements : node
}

const createdNode = (walk: Walk, depth: number, name: string): unknown => {
  const inner = modifyNode(undefined, walk, depth + 1)
  return inner === undefined ? undefined : { [name]: inner }
}

const unreachable = (node: unknown, { walk, depth, name }: At): unknown => {
  const inner = modifyNode(undefined, walk, depth + 1)
  if (inner === undefined) return node
  const above = lastName(pathUpTo(walk.path, depth))
  throw new DocumentsError(
    'PathNotViable',
    `Cannot create field '${name}' in element {${above}: ${toText(node)}}`,
  )
}

const pathUpTo = (path: UpdatePath, depth: number): string =>
  path.text.split('.').slice(0, depth).join('.')

const lastName = (path: string): string => path.slice(path.lastIndexOf('.') + 1)
