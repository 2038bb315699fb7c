import { Binary, type Document } from 'bson'
import type { Database } from '../../documents/documents.ts'

/** Where something sealed is kept. */
export type SealedPlace = {
  readonly collection: string
  readonly field: string
}

export type SealedRow = {
  /** The whole document. */
  readonly document: Document
  readonly sealed: Uint8Array
}

/** What is sealed, whatever it is, to be sealed anew. */
export type SealedStore = {
  /** Rows in the order of their ids, those after `after`. */
  list(place: SealedPlace, after: unknown, limit: number): Promise<SealedRow[]>
  /** Puts what was sealed anew in its place, unless it was changed meanwhile. */
  replace(place: SealedPlace, row: SealedRow, sealed: Uint8Array): Promise<void>
}

/** The driver and our own decoder keep bytes in different classes. */
const bytesOf = (value: unknown): Uint8Array =>
  value instanceof Uint8Array ? value : (value as Binary).buffer

export const openSealedStore = (database: Database): SealedStore => ({
  list: async ({ collection, field }, after, limit) => {
    const found = await database
      .collection(collection)
      .find(after === undefined ? {} : { _id: { $gt: after } }, {
        sort: { _id: 1 },
        limit,
        hint: '_id_',
      })
    return found.flatMap(document =>
      document[field] === undefined ? [] : [{ document, sealed: bytesOf(document[field]) }],
    )
  },
  replace: async ({ collection, field }, { document, sealed: before }, sealed) => {
    await database
      .collection(collection)
      .updateOne(
        { _id: document._id, [field]: new Binary(before) },
        { $set: { [field]: new Binary(sealed) } },
      )
  },
})
