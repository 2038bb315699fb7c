import { DocumentsError } from '../../../error.ts'

/** More than any document can hold, and little enough to be held a few times. */
const mostCharacters = 16 * 1024 * 1024
const mostElements = 4_000_000

const tooLarge = (name: string, most: number, what: string): DocumentsError =>
  new DocumentsError(
    'QueryExceededMemoryLimitNoDiskUseAllowed',
    `${name} would make ${what} of more than ${most}`,
  )

/** @throws `QueryExceededMemoryLimitNoDiskUseAllowed` for more characters than a text may get. */
export const checkCharacters = (count: number, name: string): void => {
  if (count > mostCharacters) throw tooLarge(name, mostCharacters, 'a text')
}

/** @throws `QueryExceededMemoryLimitNoDiskUseAllowed` for more elements than a list may get. */
export const checkElements = (count: number, name: string): void => {
  if (count > mostElements) throw tooLarge(name, mostElements, 'an array')
}
