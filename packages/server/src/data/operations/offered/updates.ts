import type { Document } from 'bson'
import { AppError } from '../../../errors.ts'
import { isDocument } from '../values.ts'
import { checkStored } from './documents.ts'
import { modifiers, updateOperators } from './names.ts'
import { checkPipeline } from './pipelines.ts'
import { checkCondition } from './queries.ts'
import { wrongPart } from './walk.ts'

const stages: ReadonlySet<string> = new Set([
  '$addFields',
  '$project',
  '$replaceRoot',
  '$replaceWith',
  '$set',
  '$unset',
])

const hasModifiers = (value: unknown): value is Document =>
  isDocument(value) && Object.keys(value).some(name => modifiers.has(name))

/** `{ $each: [...], $slice: 5 }`, and the like. */
const checkModified = (value: Document, path: string): void => {
  for (const [name, inner] of Object.entries(value)) {
    if (!modifiers.has(name)) throw wrongPart(`${path}.${name}`, 'is not known here')
    checkStored(inner, `${path}.${name}`)
  }
}

const checkOperand = (operator: string, value: unknown, path: string): void => {
  if (operator === '$pull') checkCondition(value, path)
  else if (hasModifiers(value)) checkModified(value, path)
  else checkStored(value, path)
}

const checkOperators = (update: Document, path: string): void => {
  for (const [operator, fields] of Object.entries(update)) {
    if (!updateOperators.has(operator)) {
      throw new AppError('databaseError', { message: `Unknown modifier: ${operator}` })
    }
    if (!isDocument(fields)) throw wrongPart(`${path}.${operator}`, 'must be a document')
    for (const [field, value] of Object.entries(fields)) {
      if (field.includes('\0')) {
        throw wrongPart(`${path}.${operator}`, 'has a field with a NUL character in its name')
      }
      checkOperand(operator, value, `${path}.${operator}.${field}`)
    }
  }
}

const atomic = 'the replace operation document must not contain atomic operators'

/** Checks a document that is to stand in place of another. @throws `databaseError`, `fieldInvalid`, `operatorRefused` */
export const checkReplacement = (replacement: unknown, path: string): void => {
  const isAtomic =
    Array.isArray(replacement) ||
    (isDocument(replacement) && Object.keys(replacement).some(name => name.startsWith('$')))
  if (isAtomic) throw new AppError('databaseError', { message: atomic })
  checkStored(replacement, path)
}

/**
 * Checks an update of a user: operators, a pipeline, or a document without operators, which is a replacement.
 *
 * @throws `databaseError` for an operator that nobody knows; `operatorRefused`, `fieldInvalid`
 */
export const checkUpdate = (update: Document | readonly Document[], path: string): void => {
  if (Array.isArray(update)) checkPipeline(update, path, stages)
  else if (Object.keys(update)[0]?.startsWith('$')) checkOperators(update as Document, path)
  else checkReplacement(update, path)
}
