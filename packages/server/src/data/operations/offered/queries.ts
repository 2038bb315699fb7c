import { AppError } from '../../../errors.ts'
import { queryOperators, referenceNames, refused, treeOperators } from './names.ts'
import { isCode, isRegex, notOffered, type Visit, walk } from './walk.ts'

const unknown = (message: string): AppError => new AppError('databaseError', { message })

/** What a user may not say in a condition. */
const condition: Visit = {
  field: ({ name, path }) => {
    if (!name.startsWith('$')) return true
    if (refused.has(name)) throw notOffered(name, path)
    if (!queryOperators.has(name) && !referenceNames.has(name)) {
      throw unknown(`unknown operator: ${name}`)
    }
    return true
  },
  leaf: (value, path) => {
    if (isRegex(value)) throw notOffered('$regex', path)
    if (isCode(value)) throw notOffered('$code', path)
  },
}

/** @throws `operatorRefused`; `databaseError` for an operator that nobody knows; `fieldInvalid` */
export const checkCondition = (value: unknown, path: string): void => walk(value, path, condition)

/**
 * Checks a query of a user.
 *
 * @throws `operatorRefused` naming what only the system may use; `databaseError` for an operator that nobody knows;
 * `fieldInvalid` when it is nested too deeply
 */
export const checkQuery = (query: unknown, path: string): void => {
  if (typeof query === 'object' && query !== null) {
    for (const name of Object.keys(query)) {
      const isKnown = treeOperators.has(name) || refused.has(name)
      if (name.startsWith('$') && !isKnown) throw unknown(`unknown top level operator: ${name}.`)
    }
  }
  checkCondition(query, path)
}
