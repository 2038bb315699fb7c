import { type Document, EJSON } from 'bson'
import cases from './cases.json' with { type: 'json' }

/** What a case wants; see `cases.ts` for how each is compared. */
export type Want =
  | readonly Document[]
  | {
      readonly ids?: readonly unknown[]
      readonly orderedIds?: readonly unknown[]
      readonly value?: Document
      readonly types?: Document
      readonly otherIs?: readonly Document[]
      readonly error?: true
      readonly errorAnd?: readonly Document[]
    }

/** One case of MongoDB's semantics: documents, one operation, and what comes of it. */
export type Case = {
  readonly group: 'query' | 'update' | 'aggregate' | string
  readonly name: string
  readonly docs: readonly Document[]
  readonly op: string
  readonly filter?: Document
  readonly update?: Document | readonly Document[]
  readonly pipeline?: readonly Document[]
  readonly opt: Document
  readonly want: Want
}

/** Every case of `cases.json`, with all values in their BSON classes. */
export const readCases = (): readonly Case[] =>
  EJSON.deserialize({ cases }, { relaxed: false }).cases as readonly Case[]
