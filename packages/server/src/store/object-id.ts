import { ObjectId } from 'bson'

/** @throws BSONError when `id` is not 24 hex characters; ids from outside are checked with `isId` before. */
export const toObjectId = (id: string): ObjectId => ObjectId.createFromHexString(id)

export const fromObjectId = (id: unknown): string => (id as ObjectId).toHexString()

/** Stored dates are BSON dates, so that expiring indexes and MongoDB's own tools understand them. */
export const toDate = (ms: number): Date => new Date(ms)

export const fromDate = (date: unknown): number => (date as Date).getTime()
