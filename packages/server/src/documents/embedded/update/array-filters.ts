import type { Document } from 'bson'
import { DocumentsError } from '../../error.ts'
import { compileFilter } from '../query/matcher.ts'
import { isObject } from '../values/types.ts'
import { getField } from './fields.ts'
import type { UpdatePath } from './path.ts'
import { toText } from './text.ts'

/** Which elements each identifier of `$[identifier]` selects. */
export type ArrayFilters = ReadonlyMap<string, (element: unknown) => boolean>

/** @throws `FailedToParse` or `BadValue` for a filter without one identifier, or two of the same. */
export const compileArrayFilters = (filters: readonly Document[] = []): ArrayFilters => {
  if (!Array.isArray(filters) || !filters.every(isObject)) {
    throw new DocumentsError('TypeMismatch', 'arrayFilters must be an array of objects')
  }
  const compiled = new Map<string, (element: unknown) => boolean>()
  for (const filter of filters) {
    const identifier = findIdentifier(filter)
    if (identifier === undefined) {
      throw new DocumentsError(
        'FailedToParse',
        'Cannot use an expression without a top-level field name in arrayFilters',
      )
    }
    if (!/^[a-z][a-zA-Z0-9]*$/.test(identifier)) {
      throw new DocumentsError(
        'BadValue',
        `Error parsing array filter :: caused by :: The top-level field name must be an alphanumeric string beginning with a lowercase letter, found '${identifier}'`,
      )
    }
    if (compiled.has(identifier)) {
      throw new DocumentsError(
        'FailedToParse',
        `Found multiple array filters with the same top-level field name ${identifier}`,
      )
    }
    const matcher = compileFilter(filter)
    compiled.set(identifier, element => matcher.matches({ [identifier]: element }))
  }
  return compiled
}

const findIdentifier = (filter: Document): string | undefined => {
  const found = new Set<string>()
  collectIdentifiers(filter, found)
  const [first, second] = found
  if (second === undefined) return first
  throw new DocumentsError(
    'FailedToParse',
    `Error parsing array filter :: caused by :: Expected a single top-level field name, found '${first}' and '${second}'`,
  )
}

const collectIdentifiers = (filter: Document, found: Set<string>): void => {
  for (const name of Object.keys(filter)) {
    const value = getField(filter, name)
    if (!name.startsWith('$')) found.add(name.split('.', 1)[0] as string)
    else if (Array.isArray(value)) {
      for (const inner of value) if (isObject(inner)) collectIdentifiers(inner, found)
    }
  }
}

/** @throws `BadValue` for an identifier without a filter, `FailedToParse` for a filter that no path uses. */
export const requireArrayFiltersFit = (
  filters: ArrayFilters,
  paths: readonly UpdatePath[],
  update: Document,
): void => {
  const unused = new Set(filters.keys())
  for (const path of paths) {
    for (const step of path.steps) {
      if (step.kind !== 'filtered') continue
      unused.delete(step.identifier)
      if (!filters.has(step.identifier)) {
        throw new DocumentsError(
          'BadValue',
          `No array filter found for identifier '${step.identifier}' in path '${path.text}'`,
        )
      }
    }
  }
  const [first] = unused
  if (first === undefined) return
  throw new DocumentsError(
    'FailedToParse',
    `The array filter for identifier '${first}' was not used in the update ${toText(update)}`,
  )
}
