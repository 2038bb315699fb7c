import type { Document } from 'bson'
import { Long } from 'bson'
import { getField, withField, withoutField } from '../../update/fields.ts'
import { isObject } from '../../values/types.ts'
import { badValue, isNullish } from '../expressions/scope.ts'
import type { StageCompiler } from './stage.ts'

type Unwind = {
  readonly path: readonly string[]
  readonly index: string | undefined
  readonly keepsEmpty: boolean
}

export const unwind: StageCompiler = operand => {
  const { path, index, keepsEmpty } = readUnwind(operand)
  const indexed = (document: Document, at: Long | null): Document =>
    index === undefined ? document : withPath(document, index.split('.'), at)
  return function* (source) {
    for (const document of source) {
      const value = readPath(document, path)
      if (Array.isArray(value) && value.length > 0) {
        for (const [at, element] of value.entries()) {
          yield indexed(withPath(document, path, element), Long.fromNumber(at))
        }
      } else if (Array.isArray(value)) {
        if (keepsEmpty) yield indexed(withoutPath(document, path), null)
      } else if (!isNullish(value) || keepsEmpty) yield indexed(document, null)
    }
  }
}

const readUnwind = (operand: unknown): Unwind => {
  const spec = isObject(operand) ? operand : { path: operand }
  const path: unknown = spec.path
  if (typeof path !== 'string')
    throw badValue('expected either a string or an object as specification for $unwind stage')
  if (!path.startsWith('$') || path.length < 2) {
    throw badValue(`path option to $unwind stage should be prefixed with a '$': ${path}`)
  }
  const index: unknown = spec.includeArrayIndex
  if (index !== undefined && (typeof index !== 'string' || index === '' || index.startsWith('$'))) {
    throw badValue(
      "includeArrayIndex option to $unwind stage should be a non-empty string that is not prefixed with a '$'",
    )
  }
  const [unknown] = Object.keys(spec).filter(
    key => !['path', 'includeArrayIndex', 'preserveNullAndEmptyArrays'].includes(key),
  )
  if (unknown !== undefined) throw badValue(`unrecognized option to $unwind stage: ${unknown}`)
  return {
    path: path.slice(1).split('.'),
    index: index as string | undefined,
    keepsEmpty: spec.preserveNullAndEmptyArrays === true,
  }
}

/** The value at a path that leads through documents only. */
export const readPath = (document: Document, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (node, name) => (isObject(node) ? getField(node, name) : undefined),
    document,
  )

export const withPath = (
  document: Document,
  [name = '', ...rest]: readonly string[],
  value: unknown,
): Document => {
  if (rest.length === 0) return withField(document, name, value)
  const inner = getField(document, name)
  return withField(document, name, withPath(isObject(inner) ? inner : {}, rest, value))
}

const withoutPath = (document: Document, [name = '', ...rest]: readonly string[]): Document => {
  if (rest.length === 0) return withoutField(document, name)
  const inner = getField(document, name)
  return isObject(inner) ? withField(document, name, withoutPath(inner, rest)) : document
}
