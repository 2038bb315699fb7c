import type { Document } from 'bson'
import type { Update } from '../../documents.ts'
import { DocumentsError } from '../../error.ts'
import { checkDepth } from '../values/bytes.ts'
import { equalValues } from '../values/compare.ts'
import { isObject } from '../values/types.ts'
import { type ArrayFilters, compileArrayFilters } from './array-filters.ts'
import type { UpdateContext } from './context.ts'
import { getField } from './fields.ts'
import { compileOperators } from './operators.ts'
import { compileUpdatePipeline } from './pipeline.ts'
import { toText } from './text.ts'

export type CompiledUpdate = {
  readonly kind: 'operators' | 'replacement' | 'pipeline'
  /**
   * The document after the update, sharing with the one given what did not change; the same object when
   * no operator changed anything. `_id` keeps its value, and stays the first field of a replacement.
   *
   * @throws `ImmutableField`, `PathNotViable`, `TypeMismatch` or `BadValue` as MongoDB does, before anything is written.
   */
  apply(document: Document, context: UpdateContext): Document
}

/** True when the update is a whole document in place of the old one. */
export const isReplacement = (update: Update): boolean =>
  !Array.isArray(update) && !Object.keys(update)[0]?.startsWith('$')

/** @throws `FailedToParse`, `BadValue`, `TypeMismatch` or `ConflictingUpdateOperators` for an update that cannot be run. */
export const compileUpdate = (
  update: Update,
  options: { readonly arrayFilters?: readonly Document[] | undefined } = {},
): CompiledUpdate => {
  if (!Array.isArray(update) && !isObject(update)) {
    throw new DocumentsError(
      'FailedToParse',
      'Update argument must be either an object or an array',
    )
  }
  checkDepth(update)
  const filters = compileArrayFilters(options.arrayFilters)
  if (Array.isArray(update)) {
    requireNoFilters(filters, 'a pipeline-style update')
    return { kind: 'pipeline', apply: keepingId(compileUpdatePipeline(update)) }
  }
  if (isReplacement(update)) {
    requireNoFilters(filters, 'a replacement')
    return { kind: 'replacement', apply: compileReplacement(update as Document) }
  }
  return { kind: 'operators', apply: keepingId(compileOperators(update as Document, filters)) }
}

type Apply = CompiledUpdate['apply']

const requireNoFilters = (filters: ArrayFilters, what: string): void => {
  if (filters.size === 0) return
  throw new DocumentsError('FailedToParse', `Cannot specify arrayFilters and ${what}`)
}

const keepingId =
  (apply: Apply): Apply =>
  (document, context) => {
    const after = apply(document, context)
    const id = getField(document, '_id')
    if (id === undefined || getField(after, '_id') === id) return after
    if (!equalValues(getField(after, '_id'), id)) {
      throw new DocumentsError(
        'ImmutableField',
        "Performing an update on the path '_id' would modify the immutable field '_id'",
      )
    }
    return { ...after, _id: id }
  }

const compileReplacement = (replacement: Document): Apply => {
  for (const name of Object.keys(replacement)) {
    if (!name.startsWith('$')) continue
    throw new DocumentsError(
      'FailedToParse',
      `The dollar ($) prefixed field '${name}' in '${name}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
    )
  }
  const { _id: newId, ...fields } = replacement
  return document => {
    const id = getField(document, '_id')
    if (id !== undefined && newId !== undefined && !equalValues(id, newId)) {
      throw new DocumentsError(
        'ImmutableField',
        `After applying the update, the (immutable) field '_id' was found to have been altered to _id: ${toText(newId)}`,
      )
    }
    const kept = id === undefined ? newId : id
    return kept === undefined ? fields : { _id: kept, ...fields }
  }
}
