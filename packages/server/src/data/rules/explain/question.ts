import type { Document } from 'bson'
import { isObject } from '../../../documents/embedded/values/types.ts'
import { AppError } from '../../../errors.ts'

/** What somebody would do with a collection. */
export type Question =
  | { readonly kind: 'read'; readonly query: Document }
  | { readonly kind: 'delete'; readonly query: Document }
  | {
      readonly kind: 'update'
      readonly query: Document
      readonly update: Document | readonly Document[]
      readonly arrayFilters: readonly Document[] | undefined
    }
  | { readonly kind: 'insert'; readonly documents: readonly Document[] }

const kinds: Readonly<Record<string, Question['kind']>> = {
  find: 'read',
  findOne: 'read',
  count: 'read',
  aggregate: 'read',
  watch: 'read',
  insertOne: 'insert',
  insertMany: 'insert',
  updateOne: 'update',
  updateMany: 'update',
  findOneAndUpdate: 'update',
  findOneAndReplace: 'update',
  deleteOne: 'delete',
  deleteMany: 'delete',
  findOneAndDelete: 'delete',
}

const isDocuments = (value: unknown): value is Document[] =>
  Array.isArray(value) && value.every(isObject)

const need = <Value>(value: Value | undefined, name: string): Value => {
  if (value === undefined) throw new AppError('fieldMissing', { field: `arguments.${name}` })
  return value
}

const readUpdate = ({
  update,
  arrayFilters,
}: Document): Pick<Extract<Question, { readonly kind: 'update' }>, 'update' | 'arrayFilters'> => ({
  update: need(isObject(update) || isDocuments(update) ? update : undefined, 'update'),
  arrayFilters: isDocuments(arrayFilters) ? arrayFilters : undefined,
})

/** A match at a pipeline's start is its query. */
const queryOf = ({ query, filter, pipeline }: Document): Document => {
  const match: unknown = Array.isArray(pipeline) ? pipeline[0]?.$match : undefined
  const found = query ?? filter ?? match ?? {}
  if (!isObject(found)) throw new AppError('fieldInvalid', { detail: "'query' must be a document" })
  return found
}

/**
 * Reads an operation by the name and the arguments that clients use (client-protocol 6.2).
 *
 * @throws `serviceCommandNotFound`, `fieldMissing`, `fieldInvalid`
 */
export const readQuestion = (operation: string, args: Document): Question => {
  const kind = Object.hasOwn(kinds, operation) ? kinds[operation] : undefined
  if (kind === undefined) throw new AppError('serviceCommandNotFound', { name: operation })
  if (kind === 'insert') {
    const documents: unknown = args.documents ?? (args.document && [args.document])
    return { kind, documents: need(isDocuments(documents) ? documents : undefined, 'document') }
  }
  const query = queryOf(args)
  return kind === 'update' ? { kind, query, ...readUpdate(args) } : { kind, query }
}
