import type { Document } from 'bson'
import { toNumeric } from '../values/numbers.ts'
import { setField } from '../values/path.ts'
import { isObject } from '../values/types.ts'
import { badValue, notSupported } from './refusal.ts'

/** What a projection asks for at one path. */
export type Demand =
  | { readonly kind: 'include' }
  | { readonly kind: 'exclude' }
  | { readonly kind: 'slice'; readonly argument: unknown }
  | { readonly kind: 'elemMatch'; readonly filter: unknown }
  | { readonly kind: 'positional' }
  | { readonly kind: 'expression'; readonly expression: unknown }

export type Entry = { readonly path: readonly string[]; readonly demand: Demand }

const readPath = (name: string): { path: string[]; isPositional: boolean } => {
  const parts = name.split('.')
  const isPositional = parts.length > 1 && parts.at(-1) === '$'
  const path = isPositional ? parts.slice(0, -1) : parts
  for (const part of path) {
    if (part === '') throw badValue(`FieldPath field names may not be empty strings: '${name}'`)
    if (part === '$') throw badValue(`Positional projection may only be used at the end: '${name}'`)
    if (part.startsWith('$'))
      throw badValue(
        `FieldPath field names may not start with '$'. Consider using $getField: '${name}'`,
      )
  }
  return { path, isPositional }
}

/** A number or boolean says include or exclude; nothing else does. */
const readFlag = (value: unknown): Demand | undefined => {
  if (typeof value === 'boolean') return { kind: value ? 'include' : 'exclude' }
  const numeric = toNumeric(value)
  if (numeric === undefined) return undefined
  return { kind: numeric === 0 ? 'exclude' : 'include' }
}

const readOperator = (path: readonly string[], value: Document): Demand | undefined => {
  const [name, second] = Object.keys(value)
  if (name === undefined || !name.startsWith('$')) return undefined
  if (name === '$meta') throw notSupported('$meta')
  if (name !== '$slice' && name !== '$elemMatch') return { kind: 'expression', expression: value }
  if (second !== undefined) throw badValue(`${name} must stand alone in a projection`)
  const argument: unknown = value[name]
  if (name === '$elemMatch') {
    if (path.length > 1) throw badValue('Cannot use $elemMatch projection on a nested field')
    return { kind: 'elemMatch', filter: argument }
  }
  // Three operands, or operands that are no numbers, make it the aggregation expression of that name.
  const isFind = Array.isArray(argument)
    ? argument.length <= 2 && argument.every(item => toNumeric(item) !== undefined)
    : toNumeric(argument) !== undefined
  return isFind ? { kind: 'slice', argument } : { kind: 'expression', expression: value }
}

const readValue = (entries: Entry[], before: readonly string[], field: [string, unknown]): void => {
  const [name, value] = field
  const { path: own, isPositional } = readPath(name)
  const path = [...before, ...own]
  const flag = readFlag(value)
  if (isPositional) {
    if (flag?.kind !== 'include')
      throw badValue(
        `positional projection '${name}' cannot be used with exclusion or an expression`,
      )
    entries.push({ path, demand: { kind: 'positional' } })
  } else if (flag !== undefined) entries.push({ path, demand: flag })
  else if (isObject(value)) {
    const demand = readOperator(path, value)
    if (demand !== undefined) entries.push({ path, demand })
    else readNested(entries, path, value)
  } else entries.push({ path, demand: { kind: 'expression', expression: value } })
}

const readNested = (entries: Entry[], path: readonly string[], value: Document): void => {
  const fields = Object.entries(value)
  if (fields.length === 0)
    throw badValue(
      `An empty sub-projection is not a valid value. Found empty object at path ${path.join('.')}`,
    )
  for (const field of fields) readValue(entries, path, field)
}

/** The demands of a projection, nested documents taken apart into paths, in their order. */
export const readProjection = (projection: Document): Entry[] => {
  const entries: Entry[] = []
  for (const field of Object.entries(projection)) readValue(entries, [], field)
  return entries
}

/** Paths as a tree; a leaf holds what is asked for there. */
export type Tree<Leaf> = { readonly children: Map<string, Tree<Leaf>>; leaf: Leaf | undefined }

export const emptyTree = <Leaf>(): Tree<Leaf> => ({ children: new Map(), leaf: undefined })

/** @throws `BadValue` when a path is there already, above or below. */
export const addToTree = <Leaf>(tree: Tree<Leaf>, path: readonly string[], leaf: Leaf): void => {
  let node = tree
  for (const name of path) {
    let next = node.children.get(name)
    if (next === undefined) {
      next = emptyTree()
      node.children.set(name, next)
    }
    if (next.leaf !== undefined) throw badValue(`Path collision at ${path.join('.')}`)
    node = next
  }
  if (node.children.size > 0) throw badValue(`Path collision at ${path.join('.')}`)
  node.leaf = leaf
}

/** A new document with the same fields. */
export const copyOf = (document: Document): Document => {
  const copy: Document = {}
  for (const name of Object.keys(document)) setField(copy, name, document[name])
  return copy
}
