import { AppError } from '../../errors.ts'
import { maxDocuments } from './limits.ts'

const sizeLimit = (detail: string): AppError => new AppError('readSizeLimit', { detail })

/** More candidates than one operation looks at. */
export const tooManyCandidates = (): AppError =>
  sizeLimit(
    `the rules have to be asked about more than ${maxDocuments} documents, or too large ones: narrow the query by fields that every role may read`,
  )

export const tooLargeResult = (): AppError =>
  sizeLimit('the result has too many documents or bytes: use a limit or a projection')

export const tooSlow = (maxTimeMs: number): AppError =>
  sizeLimit(`the operation took longer than ${maxTimeMs / 1_000} s`)
