import type { Document } from 'bson'
import { compileFilter } from '../../documents/embedded/query/matcher.ts'
import { compileProjection } from '../../documents/embedded/query/project.ts'
import { compileUpdate } from '../../documents/embedded/update/update.ts'
import { upsertDocument } from '../../documents/embedded/update/upsert.ts'

/** What an update makes of each document; without documents, the one that an upsert inserts. */
export type ChangeRequest = {
  readonly kind: 'change'
  readonly query: Document
  /** Operators, a pipeline, or a document without operators: a replacement. */
  readonly update: Document | readonly Document[]
  readonly arrayFilters?: readonly Document[] | undefined
  readonly nowMs: number
}

/** Each document as the projection shows it, whether or not the query still matches it. */
export type ProjectRequest = {
  readonly kind: 'project'
  readonly query: Document
  readonly projection: Document
}

type Each = (documents: readonly Document[]) => Iterable<Document>

export const prepareChange = ({ query, update, arrayFilters, nowMs }: ChangeRequest): Each => {
  const compiled = compileUpdate(update, { arrayFilters })
  const { position } = compileFilter(query)
  const now = new Date(nowMs)
  return documents =>
    documents.length === 0
      ? [compiled.apply(upsertDocument(query), { position: undefined, isInsert: true, now })]
      : documents.map(document =>
          compiled.apply(document, { position: position(document), isInsert: false, now }),
        )
}

export const prepareProject = ({ query, projection }: ProjectRequest): Each => {
  const project = compileProjection(projection)
  const { position } = compileFilter(query)
  return documents => documents.map(document => project(document, position(document)))
}
