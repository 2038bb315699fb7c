import type { Document } from 'bson'
import type { Update, UpdateResult } from '../../../documents/documents.ts'
import { isReplacement } from '../../../documents/embedded/update/update.ts'
import type { Arguments } from '../arguments.ts'
import type { Target } from '../command.ts'

/** True where the rules need not be asked about each document, so that the engine may write by itself. */
export const isNative = ({ judge }: Target, { upsert }: Arguments = {}): boolean =>
  judge.reads === 'all' && judge.writes === 'all' && !(upsert && judge.query !== undefined)

export const joined = ({ judge }: Target, query: Document): Document =>
  judge.query === undefined ? query : { $and: [judge.query, query] }

const atATime = 100

/** MongoDB refuses it; the original replaced each document that matches, but for its `_id`. */
const replaceEach = async (
  { collection }: Target,
  query: Document,
  replacement: Document,
): Promise<UpdateResult> => {
  const found = await collection.find(query, { projection: { _id: 1 } })
  let [matchedCount, modifiedCount] = [0, 0]
  for (let at = 0; at < found.length; at += atATime) {
    const result = await collection.bulkWrite(
      found.slice(at, at + atATime).map(({ _id }) => ({
        replaceOne: { filter: { $and: [{ _id }, query] }, replacement },
      })),
    )
    matchedCount += result.matchedCount
    modifiedCount += result.modifiedCount
  }
  return { matchedCount, modifiedCount }
}

type Options = { readonly upsert?: boolean; readonly arrayFilters?: readonly Document[] }

export const updateOptions = ({ upsert, arrayFilters }: Arguments): Options => ({
  ...(upsert !== undefined && { upsert }),
  ...(arrayFilters && { arrayFilters }),
})

/** An update without operators is a replacement. */
export const updateFirst = (
  { collection }: Target,
  { query, update }: { readonly query: Document; readonly update: Update },
  options: Options,
): Promise<UpdateResult> => {
  const { upsert } = options
  return isReplacement(update)
    ? collection.replaceOne(query, update as Document, upsert === undefined ? {} : { upsert })
    : collection.updateOne(query, update, options)
}

/** As `updateFirst`, for every document that the query matches. */
export const updateEach = async (
  target: Target,
  { query, update }: { readonly query: Document; readonly update: Update },
  options: Options,
): Promise<UpdateResult> => {
  if (!isReplacement(update)) return target.collection.updateMany(query, update, options)
  const replaced = await replaceEach(target, query, update as Document)
  if (replaced.matchedCount > 0 || options.upsert !== true) return replaced
  return target.collection.replaceOne(query, update as Document, { upsert: true })
}
