import type { Document } from 'bson'
import { DocumentsError } from '../../error.ts'
import { typeName } from '../values/compare.ts'
import { isObject } from '../values/types.ts'
import { type ArrayFilters, requireArrayFiltersFit } from './array-filters.ts'
import type { UpdateContext } from './context.ts'
import { getField } from './fields.ts'
import { modify } from './modify.ts'
import { addToSet, pop, pull, pullAll } from './operators/arrays.ts'
import { bit, inc, mul } from './operators/numbers.ts'
import type { ChangeAt, ChangeContext, UpdateOperator } from './operators/operator.ts'
import { push } from './operators/push.ts'
import { currentDate, max, min, set, setOnInsert, unset } from './operators/set.ts'
import {
  compareUpdatePaths,
  hasDynamicStep,
  readUpdatePath,
  requireNoConflict,
  type UpdatePath,
} from './path.ts'
import { findRenamed, readRename } from './rename.ts'
import { toText } from './text.ts'

const operators = new Map<string, UpdateOperator>([
  ['$set', set],
  ['$setOnInsert', setOnInsert],
  ['$unset', unset],
  ['$min', min],
  ['$max', max],
  ['$currentDate', currentDate],
  ['$inc', inc],
  ['$mul', mul],
  ['$bit', bit],
  ['$push', push],
  ['$addToSet', addToSet],
  ['$pop', pop],
  ['$pull', pull],
  ['$pullAll', pullAll],
])

type PathChange = {
  readonly path: UpdatePath
  readonly change: (current: unknown, context: ChangeContext & { document: Document }) => unknown
}

/** @throws `FailedToParse`, `BadValue`, `TypeMismatch` or `ConflictingUpdateOperators` for an update that cannot be run. */
export const compileOperators = (
  update: Document,
  filters: ArrayFilters,
): ((document: Document, context: UpdateContext) => Document) => {
  const changes = Object.entries(update).flatMap(([name, fields]) => readOperator(name, fields))
  const paths = changes.map(({ path }) => path)
  requireNoConflict(paths)
  requireArrayFiltersFit(filters, paths, update)
  changes.sort((a, b) => compareUpdatePaths(a.path, b.path))
  const selects = (identifier: string, element: unknown): boolean =>
    filters.get(identifier)?.(element) ?? false

  const mayMeet = paths.filter(hasDynamicStep).length > 0 && paths.length > 1

  return (document, { position, isInsert, now }) => {
    const context = {
      isInsert,
      now,
      document,
      get documentText() {
        return toText({ _id: getField(document, '_id') })
      },
    }
    const changed: UpdatePath[] = []
    const walk = { position, selects, original: document }
    const tracking = mayMeet ? { onChange: (path: UpdatePath) => changed.push(path) } : {}
    const result = changes.reduce(
      (after, { path, change }) =>
        modify(after, {
          ...walk,
          ...tracking,
          path,
          change: current => change(current, context),
        }),
      document,
    )
    requireNoConflict(changed)
    return result
  }
}

const readOperator = (name: string, fields: unknown): PathChange[] => {
  if (name !== '$rename' && !operators.has(name)) {
    throw new DocumentsError(
      'FailedToParse',
      `Unknown modifier: ${name}. Expected a valid update modifier or pipeline-style update specified as an array`,
    )
  }
  if (!isObject(fields)) {
    throw new DocumentsError(
      'FailedToParse',
      `Modifiers operate on fields but we found type ${typeName(fields)} instead. For example: {$mod: {<field>: ...}} not {${name}: ${toText(fields)}}`,
    )
  }
  const entries = Object.entries(fields)
  if (name === '$rename') return entries.flatMap(([source, target]) => readMove(source, target))
  const operator = operators.get(name) as UpdateOperator
  return entries.map(([field, operand]) => readChange(field, operand, operator))
}

const readChange = (field: string, operand: unknown, operator: UpdateOperator): PathChange => {
  const path = readUpdatePath(field)
  const change: ChangeAt = operator(operand, field)
  return { path, change }
}

const readMove = (source: string, target: unknown): PathChange[] => {
  const rename = readRename(source, target)
  return [
    { path: rename.from, change: () => undefined },
    {
      path: rename.to,
      change: (current, { document }) => findRenamed(rename, document) ?? current,
    },
  ]
}
