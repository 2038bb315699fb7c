import { DocumentsError } from '../../../error.ts'
import { toText } from '../text.ts'

/** What an operator may know about the update it is part of. */
export type ChangeContext = {
  readonly isInsert: boolean
  readonly now: Date
  /** `{_id: …}` of the document, for messages. */
  readonly documentText: string
}

export type ChangeAt = (current: unknown, context: ChangeContext) => unknown

/** Checks the operand once; what it returns is called with the value at the path. */
export type UpdateOperator = (operand: unknown, path: string) => ChangeAt

export const badValue = (message: string): DocumentsError => new DocumentsError('BadValue', message)

export const failedToParse = (message: string): DocumentsError =>
  new DocumentsError('FailedToParse', message)

export const typeMismatch = (message: string): DocumentsError =>
  new DocumentsError('TypeMismatch', message)

export const fieldText = (path: string, value: unknown): string => `{${path}: ${toText(value)}}`

export const lastField = (path: string): string => path.slice(path.lastIndexOf('.') + 1)
