import type { Document } from 'bson'
import { equalValues, typeName } from '../../values/compare.ts'

/** MongoDB's `updateDescription`: what an update changed, by dotted path. */
export type Difference = {
  readonly updatedFields: Document
  readonly removedFields: string[]
  readonly truncatedArrays: { readonly field: string; readonly newSize: number }[]
}

const isSubdocument = (value: unknown): value is Document => typeName(value) === 'object'

const compareFields = (
  before: Document,
  after: Document,
  { path, found }: { path: string; found: Difference },
): void => {
  for (const name of Object.keys(before)) {
    if (!Object.hasOwn(after, name)) found.removedFields.push(path + name)
  }
  for (const [name, value] of Object.entries(after)) {
    if (!Object.hasOwn(before, name)) found.updatedFields[path + name] = value
    else compare(before[name], value, { path: path + name, found })
  }
}

const compareElements = (
  before: readonly unknown[],
  after: readonly unknown[],
  { path, found }: { path: string; found: Difference },
): void => {
  if (after.length < before.length) {
    found.truncatedArrays.push({ field: path, newSize: after.length })
  }
  after.forEach((value, index) => {
    const place = `${path}.${index}`
    if (index >= before.length) found.updatedFields[place] = value
    else compare(before[index], value, { path: place, found })
  })
}

const compare = (
  before: unknown,
  after: unknown,
  place: { path: string; found: Difference },
): void => {
  if (typeName(before) === typeName(after) && equalExactly(before, after)) return
  if (isSubdocument(before) && isSubdocument(after)) {
    compareFields(before, after, { path: `${place.path}.`, found: place.found })
  } else if (Array.isArray(before) && Array.isArray(after)) {
    compareElements(before, after, place)
  } else place.found.updatedFields[place.path] = after
}

/** Documents and arrays are always looked into, because 1 and 1.0 inside them are equal and yet a change. */
const equalExactly = (before: unknown, after: unknown): boolean =>
  !isSubdocument(before) && !Array.isArray(before) && equalValues(before, after)

export const differenceOf = (before: Document, after: Document): Difference => {
  const found: Difference = { updatedFields: {}, removedFields: [], truncatedArrays: [] }
  compareFields(before, after, { path: '', found })
  return found
}
