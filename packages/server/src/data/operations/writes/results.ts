import { type Document, Int32 } from 'bson'
import type { UpdateResult } from '../../../documents/documents.ts'

/** Counts are 32 bits wide: native clients read them without converting. `upsertedId` is there only when one was made. */
export const toUpdated = ({ matchedCount, modifiedCount, upsertedId }: UpdateResult): Document => ({
  matchedCount: new Int32(matchedCount),
  modifiedCount: new Int32(modifiedCount),
  ...(upsertedId === undefined ? {} : { upsertedId }),
})

export const toDeleted = (deletedCount: number): Document => ({
  deletedCount: new Int32(deletedCount),
})
