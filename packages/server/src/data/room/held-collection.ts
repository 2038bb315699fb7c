import type { Collection } from '../../documents/documents.ts'
import type { Holding } from './holding.ts'

type HeldParts = {
  readonly collection: Collection
  readonly holding: Holding
  /** For whom is read. */
  readonly owner: string
  /** The collection, by a name that no other has. */
  readonly name: string
}

/** What is read where nobody says how much it may be. */
const usualBytes = 16 * 1024 * 1024

/** Few documents are another kind of answer than many. */
const amountOf = (limit = 0): string => (limit === 0 ? 'all' : `${Math.ceil(Math.log10(limit))}`)

/** A collection whose reads wait until there is memory for what they give, and take turns with those of others. */
export const heldCollection = ({ collection, holding, owner, name }: HeldParts): Collection => ({
  ...collection,
  findOne: (filter, options) =>
    holding.readOne(`${name} findOne`, options?.maxResultBytes ?? usualBytes, allowance =>
      collection.findOne(filter, { ...options, ...allowance, owner }),
    ),
  find: (filter, options) =>
    holding.read(
      `${name} find ${amountOf(options?.limit)}`,
      options?.maxResultBytes ?? usualBytes,
      allowance => collection.find(filter, { ...options, ...allowance, owner }),
    ),
  aggregate: (pipeline, options) =>
    holding.read(`${name} aggregate`, options?.maxResultBytes ?? usualBytes, allowance =>
      collection.aggregate(pipeline, { ...options, ...allowance, owner }),
    ),
  distinct: (field, filter, options) =>
    holding.read(`${name} distinct`, options?.maxResultBytes ?? usualBytes, allowance =>
      collection.distinct(field, filter, { ...options, ...allowance, owner }),
    ),
  countDocuments: (filter, options) => collection.countDocuments(filter, { ...options, owner }),
})
