import { AppError } from '../../errors.ts'
import type { Actor } from '../actor.ts'
import type { Databases } from '../sources/databases.ts'
import { isDocument } from './values.ts'

type Listing = (databases: Databases, args: readonly unknown[]) => Promise<unknown>

/** What a function that runs as the system may ask about a data source as a whole. */
const listings: Readonly<Record<string, Listing>> = {
  getDBNames: databases => databases.listDatabases(),
  getCollectionNames: (databases, [place]) =>
    databases.listCollections((isDocument(place) ? place.database : undefined) as string),
}

/** The listing of that name, for the system. @throws `operatorRefused` for a user */
export const findListing = (name: string, actor: Actor): Listing | undefined => {
  const listing = Object.hasOwn(listings, name) ? listings[name] : undefined
  if (listing !== undefined && actor.kind === 'user') {
    throw new AppError('operatorRefused', { operator: name, place: 'functions that run as a user' })
  }
  return listing
}
