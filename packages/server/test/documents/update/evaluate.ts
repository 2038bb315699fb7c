import { type Document, EJSON } from 'bson'
import type { Update } from '../../../src/documents/documents.ts'
import { compileFilter } from '../../../src/documents/embedded/query/matcher.ts'
import { compileUpdate } from '../../../src/documents/embedded/update/update.ts'

export type Options = {
  readonly filter?: Document
  readonly arrayFilters?: readonly Document[]
  readonly isInsert?: boolean
}

/** The document after an update, as canonical extended JSON. */
export const updated = (document: Document, update: Update, options: Options = {}): string => {
  const { filter = {}, arrayFilters = [], isInsert = false } = options
  const compiled = compileUpdate(update, { arrayFilters })
  const position = compileFilter(filter).position(document)
  return EJSON.stringify(compiled.apply(document, { position, isInsert, now: new Date(1000) }), {
    relaxed: false,
  })
}

export const exactly = (value: unknown): string => EJSON.stringify(value, { relaxed: false })
