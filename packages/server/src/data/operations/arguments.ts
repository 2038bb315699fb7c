import { calculateObjectSize, type Document } from 'bson'
import type { Sort } from '../../documents/documents.ts'
import { AppError } from '../../errors.ts'
import { mostDocumentBytes } from './limits.ts'
import { checkDepth, checkStored } from './offered/documents.ts'
import { checkPipeline } from './offered/pipelines.ts'
import { checkProjection } from './offered/projections.ts'
import { checkQuery } from './offered/queries.ts'
import { checkReplacement, checkUpdate } from './offered/updates.ts'
import { readCount, readDocument, readDocuments, readFlag, readSort, readText } from './values.ts'

/** What a caller says to an operation, in one set of names. */
export type Arguments = {
  readonly query?: Document
  readonly projection?: Document
  readonly sort?: Sort
  readonly limit?: number
  readonly skip?: number
  readonly update?: Document | readonly Document[]
  readonly replacement?: Document
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

/** Whose limits count: what users may say is less than what the system may. */
export type Audience = 'user' | 'system'

type Check = (value: never, name: string) => void

type PartRow = {
  readonly read: (name: string, value: unknown) => unknown
  /** What is asked of users. Default: that it is not nested too deeply, as of the system. */
  readonly check?: Check
  /** True for what may be as large as a document. */
  readonly isLarge?: boolean
}

const readUpdate = (name: string, value: unknown): unknown =>
  Array.isArray(value) ? readDocuments(name, value) : readDocument(name, value)

const readReplacement = (name: string, value: unknown): unknown => {
  checkReplacement(value, name)
  return readDocument(name, value)
}

const each =
  (check: (value: unknown, name: string) => void): Check =>
  (values: readonly unknown[], name) => {
    for (const [at, value] of values.entries()) check(value, `${name}.${at}`)
  }

const rows: Readonly<Record<Part, PartRow>> = {
  query: { read: readDocument, check: checkQuery, isLarge: true },
  projection: { read: readDocument, check: checkProjection, isLarge: true },
  sort: { read: readSort },
  limit: { read: readCount },
  skip: { read: readCount },
  update: { read: readUpdate, check: checkUpdate, isLarge: true },
  replacement: { read: readReplacement, check: checkReplacement, isLarge: true },
  upsert: { read: readFlag },
  returnNew: { read: readFlag },
  arrayFilters: { read: readDocuments, check: each(checkQuery), isLarge: true },
  document: { read: readDocument, check: checkStored, isLarge: true },
  documents: { read: readDocuments, check: each(checkStored) },
  pipeline: { read: readDocuments, check: checkPipeline, isLarge: true },
  field: { read: readText },
  operations: { read: readDocuments },
  ordered: { read: readFlag },
}

/** The library writes beyond its own memory when a document is larger than 17 MB: nothing larger gets there. */
const checkSize = (value: unknown, name: string): void => {
  if (calculateObjectSize({ value }) <= mostDocumentBytes) return
  const detail = `'${name}' must not be larger than ${mostDocumentBytes} bytes`
  throw new AppError('fieldInvalid', { detail })
}

const readPart = (part: Part, given: Given, audience: Audience): unknown => {
  const { name, value } = given
  const { read, check, isLarge = false } = rows[part]
  const found = read(name, value)
  if (audience === 'user' && check !== undefined) check(found as never, name)
  else checkDepth(found, name)
  if (isLarge) checkSize(found, name)
  if (part === 'documents') each(checkSize)(found as never, name)
  return found
}

/** How an operation's arguments are written. */
export type Spelling = {
  /** Which part is meant by a name in a client's call; `undefined` is known, and means nothing here. */
  readonly named: Readonly<Record<string, Part | undefined>>
  /** Parts in order in a function's call; options follow. */
  readonly ordered: readonly Part[]
  readonly required: readonly Part[]
}

type Given = { readonly name: string; readonly value: unknown }
type GivenParts = readonly (readonly [Part, Given])[]

/** Options that change how a database works, not what it does: MongoDB's users had them, users of apps had not. */
const refusedOptions: ReadonlySet<string> = new Set([
  'collation',
  'hint',
  'let',
  'readConcern',
  'readPreference',
  'session',
  'writeConcern',
])

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
  bypassDocumentValidation: undefined,
}

const noPlaces: ReadonlySet<string> = new Set()
/** What a client's object holds beside arguments. */
const namespacePlaces: ReadonlySet<string> = new Set(['database', 'collection'])

const isGiven = (value: unknown): boolean => value !== undefined && value !== null

/** Loops, not lists of lists: every call of every client comes through here. */
const named = (given: Document, known: Spelling['named'], places = noPlaces): GivenParts => {
  const parts: [Part, Given][] = []
  for (const name of Object.keys(given)) {
    if (places.has(name)) continue
    if (refusedOptions.has(name)) {
      throw new AppError('operatorRefused', { operator: name, place: 'options' })
    }
    if (!Object.hasOwn(known, name)) {
      const detail = `'${name}' is not an argument of this operation`
      throw new AppError('fieldInvalid', { detail })
    }
    const part = known[name]
    const value: unknown = given[name]
    if (part !== undefined && isGiven(value)) parts.push([part, { name, value }])
  }
  return parts
}

const readParts = (
  parts: GivenParts,
  { required, named: names }: Spelling,
  audience: Audience,
): Arguments => {
  const read: { [part in Part]?: unknown } = {}
  for (const [part, given] of parts) read[part] = readPart(part, given, audience)
  for (const part of required) {
    if (read[part] !== undefined) continue
    const name = Object.keys(names).find(one => names[one] === part) ?? part
    throw new AppError('fieldInvalid', { detail: `'${name}' must be given` })
  }
  return read as Arguments
}

/**
 * The arguments of a client, who names them in one object.
 *
 * @throws `fieldInvalid`, `operatorRefused` or `databaseError` naming what is wrong
 */
export const readNamed = (given: Document, spelling: Spelling, audience: Audience): Arguments =>
  readParts(named(given, spelling.named, namespacePlaces), spelling, audience)

/** The arguments of a function, which are in order and end with options. @throws as `readNamed` */
export const readOrdered = (
  given: readonly unknown[],
  spelling: Spelling,
  audience: Audience,
): Arguments => {
  const parts = spelling.ordered.flatMap((part, at): GivenParts => {
    const value = given[at]
    return isGiven(value) ? [[part, { name: part, value }]] : []
  })
  const last = given.slice(spelling.ordered.length).filter(isGiven)
  const said = last.flatMap(value => named(readDocument('options', value), options))
  return readParts([...parts, ...said], spelling, audience)
}
