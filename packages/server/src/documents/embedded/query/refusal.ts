import { DocumentsError } from '../../error.ts'

export const badValue = (message: string): DocumentsError => new DocumentsError('BadValue', message)

export const notSupported = (name: string): DocumentsError =>
  new DocumentsError('CommandNotSupported', `${name} is not supported by the embedded engine`)
