import type { Document } from 'bson'
import { getField, setField } from '../values/path.ts'
import { isObject } from '../values/types.ts'
import { copyOf, type Tree } from './projection-spec.ts'

export type Kept = Tree<true>

const nothing = Symbol('nothing')

const includeValue = (tree: Kept, value: unknown): unknown => {
  if (tree.leaf) return value
  if (Array.isArray(value))
    return value.map(element => includeValue(tree, element)).filter(element => element !== nothing)
  return isObject(value) ? include(tree, value) : nothing
}

/** Only the tree's paths, in the document's order; inside arrays each document is treated alike, scalars go. */
export const include = (tree: Kept, document: Document): Document => {
  const kept: Document = {}
  for (const name of Object.keys(document)) {
    const child = tree.children.get(name)
    if (child === undefined) continue
    const value = includeValue(child, document[name])
    if (value !== nothing) setField(kept, name, value)
  }
  return kept
}

const excludeValue = (tree: Kept, value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(element => excludeValue(tree, element))
  return isObject(value) ? exclude(tree, value) : value
}

/** All but the tree's paths; inside arrays each document is treated alike. */
export const exclude = (tree: Kept, document: Document): Document => {
  const kept: Document = {}
  for (const name of Object.keys(document)) {
    const child = tree.children.get(name)
    if (child?.leaf) continue
    const value: unknown = document[name]
    setField(kept, name, child === undefined ? value : excludeValue(child, value))
  }
  return kept
}

export type Computed = Tree<(root: Document) => unknown>

const computeValue = (tree: Computed, value: unknown, root: Document): unknown => {
  if (tree.leaf) return tree.leaf(root)
  if (Array.isArray(value)) return value.map(element => computeValue(tree, element, root))
  return compute(tree, isObject(value) ? value : {}, root)
}

/** Adds what is calculated, at the end, or below the documents that stand there. */
export const compute = (tree: Computed, document: Document, root: Document): Document => {
  const result = copyOf(document)
  for (const [name, child] of tree.children) {
    const value = computeValue(child, getField(document, name), root)
    if (value === undefined) delete result[name]
    else setField(result, name, value)
  }
  return result
}

/** Cuts arrays at the end of a path; goes through arrays of documents on the way, one level each. */
export const sliceAt = (
  document: Document,
  path: readonly string[],
  cut: (array: readonly unknown[]) => unknown[],
): Document => {
  const [name = '', ...rest] = path
  const value = getField(document, name)
  const inside = (element: unknown): unknown =>
    isObject(element) ? sliceAt(element, rest, cut) : element
  let changed: unknown
  if (rest.length === 0) changed = Array.isArray(value) ? cut(value) : value
  else changed = Array.isArray(value) ? value.map(inside) : inside(value)
  if (changed === value) return document
  const copy = copyOf(document)
  setField(copy, name, changed)
  return copy
}

/** Replaces the first array on the path by `change(array)`; nothing happens where there is none. */
export const replaceFirstArray = (
  document: Document,
  path: readonly string[],
  change: (array: readonly unknown[]) => unknown[],
): Document => {
  const [name, ...rest] = path
  if (name === undefined) return document
  const value = getField(document, name)
  if (!Array.isArray(value) && !isObject(value)) return document
  const copy = copyOf(document)
  setField(
    copy,
    name,
    Array.isArray(value) ? change(value) : replaceFirstArray(value, rest, change),
  )
  return copy
}
