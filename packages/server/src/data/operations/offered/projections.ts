import { AppError } from '../../../errors.ts'
import { queryOperators, refused } from './names.ts'
import { isExpression } from './pipelines.ts'
import { isCode, isRegex, notOffered, type Visit, walk } from './walk.ts'

const projection: Visit = {
  field: ({ name, path }) => {
    if (!name.startsWith('$')) return true
    if (refused.has(name)) throw notOffered(name, path)
    if (name === '$literal') return false
    if (!isExpression(name) && !queryOperators.has(name)) {
      throw new AppError('databaseError', { message: `Unrecognized expression '${name}'` })
    }
    return true
  },
  leaf: (value, path) => {
    if (isRegex(value)) throw notOffered('$regex', path)
    if (isCode(value)) throw notOffered('$code', path)
  },
}

/** Checks which fields a user wants to have. @throws `operatorRefused`, `databaseError`, `fieldInvalid` */
export const checkProjection = (value: unknown, path: string): void => walk(value, path, projection)
