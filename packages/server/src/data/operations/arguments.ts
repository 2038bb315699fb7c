import type { Document } from 'bson'
import type { Sort } from '../../documents/documents.ts'
import { AppError } from '../../errors.ts'
import { readCount, readDocument, readDocuments, readFlag, readSort, readText } from './values.ts'

/** What a caller says to an operation, in one set of names. */
export type Arguments = {
  readonly query?: Document
  readonly projection?: Document
  readonly sort?: Sort
  readonly limit?: number
  readonly skip?: number
  readonly update?: Document | readonly Document[]
  readonly upsert?: boolean
  readonly returnNew?: boolean
  readonly arrayFilters?: readonly Document[]
  readonly document?: Document
  readonly documents?: readonly Document[]
  readonly pipeline?: readonly Document[]
  readonly field?: string
  readonly operations?: readonly Document[]
  readonly ordered?: boolean
}

export type Part = keyof Arguments

type Read = (name: string, value: unknown) => unknown

const readers: Readonly<Record<Part, Read>> = {
  query: readDocument,
  projection: readDocument,
  sort: readSort,
  limit: readCount,
  skip: readCount,
  update: (name, value) =>
    Array.isArray(value) ? readDocuments(name, value) : readDocument(name, value),
  upsert: readFlag,
  returnNew: readFlag,
  arrayFilters: readDocuments,
  document: readDocument,
  documents: readDocuments,
  pipeline: readDocuments,
  field: readText,
  operations: readDocuments,
  ordered: readFlag,
}

/** How an operation's arguments are written. */
export type Spelling = {
  /** Which part is meant by a name in a client's call; `undefined` is known, and means nothing here. */
  readonly named: Readonly<Record<string, Part | undefined>>
  /** Parts in order in a function's call; options follow. */
  readonly ordered: readonly Part[]
  readonly required: readonly Part[]
}

/** Names of options in a function's call; `undefined` is known, and changes nothing. */
const options: Readonly<Record<string, Part | undefined>> = {
  projection: 'projection',
  sort: 'sort',
  limit: 'limit',
  skip: 'skip',
  upsert: 'upsert',
  returnNewDocument: 'returnNew',
  arrayFilters: 'arrayFilters',
  ordered: 'ordered',
  comment: undefined,
  maxTimeMS: undefined,
  batchSize: undefined,
  allowDiskUse: undefined,
}

const named = (
  given: Document,
  known: Readonly<Record<string, Part | undefined>>,
): [Part, string, unknown][] =>
  Object.entries(given).flatMap(([name, value]): [Part, string, unknown][] => {
    if (!Object.hasOwn(known, name)) {
      throw new AppError('fieldInvalid', {
        detail: `'${name}' is not an argument of this operation`,
      })
    }
    const part = known[name]
    return part === undefined || value === undefined || value === null ? [] : [[part, name, value]]
  })

const check = (parts: [Part, string, unknown][], { required }: Spelling): Arguments => {
  const read = Object.fromEntries(
    parts.map(([part, name, value]) => [part, readers[part](name, value)]),
  ) as Arguments
  for (const part of required) {
    if (read[part] === undefined) {
      throw new AppError('fieldInvalid', { detail: `'${part}' must be given` })
    }
  }
  return read
}

/** The arguments of a client, who names them in one object. @throws `fieldInvalid` naming the argument */
export const readNamed = (given: Document, spelling: Spelling): Arguments => {
  const { database: _database, collection: _collection, ...rest } = given
  return check(named(rest, spelling.named), spelling)
}

/** The arguments of a function, which are in order and end with options. @throws `fieldInvalid` naming the argument */
export const readOrdered = (given: readonly unknown[], spelling: Spelling): Arguments => {
  const parts = spelling.ordered.flatMap((part, at): [Part, string, unknown][] => {
    const value = given[at]
    return value === undefined || value === null ? [] : [[part, part, value]]
  })
  const rest = given
    .slice(spelling.ordered.length)
    .filter(value => value !== undefined && value !== null)
  const last = rest.flatMap(value => named(readDocument('options', value), options))
  return check([...parts, ...last], spelling)
}
