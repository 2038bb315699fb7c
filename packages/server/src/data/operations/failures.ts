import { DocumentsError } from '../../documents/error.ts'
import type { DataSource } from '../../domain/data-source.ts'
import { AppError } from '../../errors.ts'
import type { Databases } from '../sources/databases.ts'

type Place = {
  readonly source: DataSource
  readonly databases: Databases
  /** Sees whole documents: then a duplicate key may be told. */
  readonly seesAll: boolean
}

/** Without the values of a key, other than `_id`, which may be those of a document that is hidden. */
const withoutValues = (text: string): string =>
  / index: _id_ /.test(text) ? text : text.replace(/ dup key: .*$/s, '')

const duplicateText = (text: string): string => {
  const said = text.replace(/^(?:.*?)E11000 duplicate key error/s, 'E11000 duplicate key error')
  return `Duplicate key error: ${said.replace(/^E11000 duplicate key error /, '')}`
}

/** What a server tells of a command that it does not allow has the whole command in it, filters of rules included. */
const withoutCommand = (text: string): string => text.replace(/ to execute command .*$/s, '')

/** What a caller is told of what an engine refused. Every other error is given back as it is. */
export const toldError = (error: unknown, { source, databases, seesAll }: Place): unknown => {
  if (!(error instanceof DocumentsError)) return error
  const options = { cause: error }
  const text = withoutCommand(databases.shown(error.message))
  switch (error.codeName) {
    case 'Unavailable':
      return new AppError('dataSourceUnavailable', { name: source.name }, options)
    case 'MaxTimeMSExpired':
      return new AppError('operationTimeout', {}, options)
    case 'QueryExceededMemoryLimitNoDiskUseAllowed':
      return new AppError('readSizeLimit', { detail: text }, options)
    case 'DuplicateKey': {
      const told = duplicateText(text)
      return new AppError(
        'databaseError',
        { message: seesAll ? told : withoutValues(told) },
        options,
      )
    }
    default:
      return new AppError('databaseError', { message: text }, options)
  }
}
