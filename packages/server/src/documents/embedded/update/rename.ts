import type { Document } from 'bson'
import { typeName } from '../values/compare.ts'
import { isObject } from '../values/types.ts'
import { getField } from './fields.ts'
import { badValue } from './operators/operator.ts'
import { readUpdatePath, type UpdatePath } from './path.ts'
import { toText } from './text.ts'

export type Rename = { readonly from: UpdatePath; readonly to: UpdatePath }

export const readRename = (source: string, target: unknown): Rename => {
  if (typeof target !== 'string') {
    throw badValue(`The 'to' field for $rename must be a string: ${source}: ${toText(target)}`)
  }
  if (source === target) {
    throw badValue(
      `The source and target field for $rename must differ: ${source}: ${toText(target)}`,
    )
  }
  const rename = { from: readUpdatePath(source), to: readUpdatePath(target) }
  for (const path of [rename.from, rename.to]) {
    if (path.steps.every(step => step.kind === 'field')) continue
    throw badValue(
      `The source and target field for $rename may not be dynamic: ${source}: ${toText(target)}`,
    )
  }
  return rename
}

/**
 * The value that moves; `undefined` when there is none, and then nothing happens.
 *
 * @throws `BadValue` when a path leads through an array.
 */
export const findRenamed = ({ from, to }: Rename, document: Document): unknown => {
  const value = walk(document, from, 'source')
  if (value !== undefined) walk(document, to, 'destination')
  return value
}

const walk = (document: Document, path: UpdatePath, role: string): unknown => {
  let node: unknown = document
  let above = ''
  for (const name of path.text.split('.')) {
    if (Array.isArray(node)) {
      throw badValue(
        `The ${role} field cannot be an array element, '${path.text}' in doc with ${toText({ _id: getField(document, '_id') }).slice(1, -1)} has an ${typeName(node)} field called '${above}'`,
      )
    }
    if (!isObject(node)) return undefined
    node = getField(node, name)
    above = name
  }
  return node
}
