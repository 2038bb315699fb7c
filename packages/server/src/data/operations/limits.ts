import type { Documents, ReadLimits } from '../../documents/documents.ts'
import { AppError } from '../../errors.ts'

/** As the original had it. @see https://www.mongodb.com/docs/atlas/app-services/reference/service-limitations/ */
export const mostDocuments = 50_000

const mebibyte = 1024 * 1024

/** MongoDB's own limit of one document, and ours of one argument. */
export const mostDocumentBytes = 16 * mebibyte

/** The embedded engine has one thread for slow reads of a data source; a cluster has its own. */
const mostSeconds: Readonly<Record<Documents['engine'], number>> = { embedded: 10, mongodb: 30 }

/** What one operation may cost. */
export type OperationLimits = Required<Pick<ReadLimits, 'maxTimeMs' | 'maxResultBytes'>>

export const limitsOf = (engine: Documents['engine']): OperationLimits => ({
  maxTimeMs: mostSeconds[engine] * 1_000,
  maxResultBytes: mostDocumentBytes,
})

/** How many documents an engine is asked for, so that one too many is noticed. */
export const askedFor = (limit: number | undefined): number =>
  limit === undefined || limit === 0 ? mostDocuments + 1 : Math.min(limit, mostDocuments + 1)

/** @throws `readSizeLimit` */
export const checkCount = <Item>(found: readonly Item[]): readonly Item[] => {
  if (found.length <= mostDocuments) return found
  const detail = `an operation gives at most ${mostDocuments} documents: ask for fewer with a limit`
  throw new AppError('readSizeLimit', { detail })
}
