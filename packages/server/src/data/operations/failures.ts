import { DocumentsError } from '../../documents/error.ts'
import { AppError } from '../../errors.ts'
import type { Target } from './command.ts'

/** What a caller is told of what an engine refused. */
export const toldError = (error: unknown, { namespace }: Pick<Target, 'namespace'>): unknown => {
  if (!(error instanceof DocumentsError)) return error
  const options = { cause: error }
  switch (error.codeName) {
    case 'Unavailable':
      return new AppError('dataSourceUnavailable', { name: namespace.source.name }, options)
    case 'QueryExceededMemoryLimitNoDiskUseAllowed':
      return new AppError('readSizeLimit', { detail: error.message }, options)
    case 'DuplicateKey':
      return new AppError(
        'databaseError',
        {
          message: error.message.replace(/^(?:E11000 )?duplicate key error/, 'Duplicate key error'),
        },
        options,
      )
    default:
      return new AppError('databaseError', { message: error.message }, options)
  }
}
