import type { Collection, Database, Documents } from '../../documents/documents.ts'

/** What a case has to itself: an empty database with an empty collection, and the name of another one. */
export type Place = {
  readonly documents: Documents
  readonly database: Database
  readonly otherDatabase: Database
  readonly collection: Collection
}

/** Cases by the fact that each of them shows. One that is not so throws. */
export type Cases = Readonly<Record<string, (place: Place) => Promise<void>>>

/** One fact about an engine. */
export type ContractCase = {
  readonly group: string
  readonly name: string
  /** What the engine must offer for the fact to hold. */
  readonly needs?: 'changeStreams'
  run(place: Place): Promise<void>
}
