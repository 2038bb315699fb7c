import type { Document } from 'bson'
import type { Sort, Update } from '../../../../documents.ts'
import { compileProjection } from '../../../query/project.ts'
import { toBytes } from '../../../values/bytes.ts'
import type { WriteOutcome } from '../../messages.ts'
import type { Task, Writer } from '../writer.ts'
import { removeFirst } from './remove.ts'
import { updateFirst } from './update.ts'

export type FindAndModifyRequest = {
  readonly database: string
  readonly collection: string
  readonly now: number
  readonly filter: Document
  /** Absent: the document is deleted. */
  readonly update?: Update | undefined
  readonly upsert?: boolean | undefined
  readonly arrayFilters?: readonly Document[] | undefined
  readonly sort?: Sort | undefined
  readonly projection?: Document | undefined
  readonly returnAfter?: boolean | undefined
}

const answer = (doc: Document | undefined, projection: Document | undefined): WriteOutcome => {
  if (doc === undefined) return {}
  return { document: toBytes(projection === undefined ? doc : compileProjection(projection)(doc)) }
}

/** Finds one document and changes or deletes it: of two callers, the second sees what the first left. */
export const findAndModify = function* (writer: Writer, request: FindAndModifyRequest): Task {
  const { update, projection } = request
  if (update === undefined) {
    return answer(yield* removeFirst(writer, { ...request, multi: false }), projection)
  }
  const changed = yield* updateFirst(writer, { ...request, update, multi: false })
  return answer(request.returnAfter === true ? changed?.after : changed?.before, projection)
}
