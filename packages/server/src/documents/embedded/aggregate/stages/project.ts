import type { Document } from 'bson'
import { getField } from '../../update/fields.ts'
import { isObject } from '../../values/types.ts'
import { compile } from '../expression.ts'
import {
  badValue,
  type Expression,
  failedToParse,
  isTruthy,
  type Scope,
} from '../expressions/scope.ts'
import { toNumeric } from '../numbers/number.ts'
import { withoutFields } from './add-fields.ts'
import { type FieldNode, type FieldTree, readFieldTree } from './field-tree.ts'
import { eachDocument, type StageCompiler } from './stage.ts'

type Leaf = 'include' | 'exclude' | Expression

export const project: StageCompiler = operand => {
  if (!isObject(operand)) throw failedToParse('$project specification must be an object')
  if (Object.keys(operand).length === 0) {
    throw badValue(
      'Invalid $project :: caused by :: projection specification must have at least one field',
    )
  }
  const paths: { path: string; leaf: Leaf }[] = []
  const tree = readFieldTree<Leaf>(operand, {
    stage: '$project',
    readLeaf: (value, path) => {
      const leaf = readLeaf(value)
      paths.push({ path, leaf })
      return leaf
    },
  })
  if (isExclusion(paths)) {
    const excluded = [...tree].filter(([, node]) => node.leaf !== 'include')
    return withoutFields(new Map(excluded))
  }
  const withId = tree.has('_id') ? tree : new Map([['_id', include], ...tree])
  return eachDocument((document, scope) => included(document, withId, scope))
}

const include: FieldNode<Leaf> = { leaf: 'include' }

const readLeaf = (value: unknown): Leaf => {
  if (typeof value === 'boolean' || toNumeric(value) !== undefined) {
    return isTruthy(value) ? 'include' : 'exclude'
  }
  return compile(value)
}

const isExclusion = (paths: readonly { path: string; leaf: Leaf }[]): boolean => {
  const others = paths.filter(({ path }) => path !== '_id')
  const excluded = others.find(({ leaf }) => leaf === 'exclude')
  const kept = others.find(({ leaf }) => leaf !== 'exclude')
  if (excluded !== undefined && kept !== undefined) {
    const excludesFirst = others[0] === excluded
    throw badValue(
      excludesFirst
        ? `Invalid $project :: caused by :: Cannot do inclusion on field ${kept.path} in exclusion projection`
        : `Invalid $project :: caused by :: Cannot do exclusion on field ${excluded.path} in inclusion projection`,
    )
  }
  if (excluded !== undefined) return true
  return kept === undefined && paths.some(({ leaf }) => leaf === 'exclude')
}

const included = (document: Document, tree: FieldTree<Leaf>, scope: Scope): Document => {
  const fields = new Map<string, unknown>()
  for (const [name, value] of Object.entries(document)) {
    const node = tree.get(name)
    if (node?.leaf === 'include') fields.set(name, value)
    if (node?.children === undefined) continue
    const inner = includedInside(value, node.children, scope)
    if (inner !== undefined) fields.set(name, inner)
  }
  for (const [name, node] of tree) {
    if (typeof node.leaf === 'function') {
      const value = node.leaf(scope)
      if (value !== undefined) fields.set(name, value)
    } else if (node.children !== undefined && getField(document, name) === undefined) {
      if (hasComputed(node.children)) fields.set(name, included({}, node.children, scope))
    }
  }
  return Object.fromEntries(fields)
}

const includedInside = (value: unknown, tree: FieldTree<Leaf>, scope: Scope): unknown => {
  if (Array.isArray(value)) {
    return value
      .map(element => includedInside(element, tree, scope))
      .filter(element => element !== undefined)
  }
  if (isObject(value)) return included(value, tree, scope)
  return hasComputed(tree) ? included({}, tree, scope) : undefined
}

const hasComputed = (tree: FieldTree<Leaf>): boolean =>
  [...tree.values()].some(node =>
    node.children === undefined ? typeof node.leaf === 'function' : hasComputed(node.children),
  )
