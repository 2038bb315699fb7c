import { AppError } from '../../errors.ts'
import { FunctionError } from '../../functions/call.ts'

/** What a client is told of a call that gave no result. */
export const toRefusal = (error: unknown, name: string): unknown => {
  if (!(error instanceof FunctionError)) return error
  const options = { cause: error }
  switch (error.problem) {
    case 'unknown':
      return new AppError('functionNotFound', { name }, options)
    case 'timeout':
      return new AppError('functionTimeout', {}, options)
    case 'overloaded':
      return new AppError('overloaded', {}, options)
    case 'threw':
    case 'crashed':
    case 'result':
      return new AppError('functionFailed', { message: error.message }, options)
  }
}
