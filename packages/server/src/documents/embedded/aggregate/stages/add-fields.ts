import type { Document } from 'bson'
import { getField } from '../../update/fields.ts'
import { isObject } from '../../values/types.ts'
import { compile } from '../expression.ts'
import { badValue, type Expression, failedToParse, type Scope } from '../expressions/scope.ts'
import { type FieldTree, readFieldTree } from './field-tree.ts'
import { eachDocument, type Stage, type StageCompiler } from './stage.ts'

export const addFields: StageCompiler = (operand, _compilePipeline, name) => {
  if (!isObject(operand)) {
    throw failedToParse(`${name} specification stage must be an object`)
  }
  if (Object.keys(operand).length === 0) {
    throw badValue(`Invalid ${name} :: caused by :: specification must have at least one field`)
  }
  const tree = readFieldTree(operand, { stage: name, readLeaf: compile })
  return eachDocument((document, scope) => withFields(document, tree, scope))
}

const withFields = (document: Document, tree: FieldTree<Expression>, scope: Scope): Document => {
  const fields = new Map(Object.entries(document))
  for (const [name, node] of tree) {
    const value =
      node.children === undefined
        ? node.leaf(scope)
        : withNested(getField(document, name), node.children, scope)
    if (value === undefined) fields.delete(name)
    else fields.set(name, value)
  }
  return Object.fromEntries(fields)
}

const withNested = (value: unknown, tree: FieldTree<Expression>, scope: Scope): unknown => {
  if (Array.isArray(value)) return value.map(element => withNested(element, tree, scope))
  return withFields(isObject(value) ? value : {}, tree, scope)
}

export const unsetFields: StageCompiler = operand => {
  const paths = typeof operand === 'string' ? [operand] : operand
  if (!Array.isArray(paths) || paths.length === 0 || paths.some(path => typeof path !== 'string')) {
    throw badValue('$unset specification must be a string or an array')
  }
  const names = Object.fromEntries(paths.map(path => [path as string, true]))
  const tree = readFieldTree(names, { stage: '$unset', readLeaf: () => true })
  return withoutFields(tree)
}

/** A stage that takes fields away. */
export const withoutFields = (tree: FieldTree<unknown>): Stage =>
  eachDocument(document => removed(document, tree) as Document)

const removed = (value: unknown, tree: FieldTree<unknown>): unknown => {
  if (Array.isArray(value)) return value.map(element => removed(element, tree))
  if (!isObject(value)) return value
  const kept = Object.entries(value).flatMap(([name, inner]): [string, unknown][] => {
    const node = tree.get(name)
    if (node === undefined) return [[name, inner]]
    return node.children === undefined ? [] : [[name, removed(inner, node.children)]]
  })
  return Object.fromEntries(kept)
}
