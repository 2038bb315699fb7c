import type { Document } from 'bson'
import type { Collection, IndexDescription, IndexOptions, Sort } from '../../documents.ts'
import { DocumentsError } from '../../error.ts'
import { isCollision, waitAfter } from '../collisions.ts'
import { indexMs, operationMs } from '../connection.ts'
import { toDocumentsError } from '../failure.ts'
import { driverCollection, type Place } from '../place.ts'

export type Indexes = Pick<Collection, 'createIndex' | 'dropIndex' | 'listIndexes' | 'drop'>

const defaultName = (key: Sort): string =>
  Object.entries(key)
    .map(([field, direction]) => `${field}_${direction}`)
    .join('_')

const describe = (index: Document): IndexDescription => {
  const { name, key, unique, partialFilterExpression, expireAfterSeconds } = index
  return {
    name,
    key,
    ...(unique === true && { unique }),
    ...(partialFilterExpression && { partialFilterExpression }),
    ...(expireAfterSeconds !== undefined && { expireAfterSeconds: Number(expireAfterSeconds) }),
  }
}

const isGone = (error: unknown): boolean => toDocumentsError(error).codeName === 'NamespaceNotFound'

/** Refusals that are about the index itself: asking again changes nothing. */
const final: ReadonlySet<string> = new Set([
  'IndexOptionsConflict',
  'IndexKeySpecsConflict',
  'CannotCreateIndex',
  'BadValue',
  'TypeMismatch',
  'FailedToParse',
  'InvalidOptions',
  'InvalidNamespace',
  'Unauthorized',
  'Unavailable',
])

const attempts = 5
/** Servers that make dozens of indexes at once may be in each other's way again and again. */
const collisionsMs = 60_000

/**
 * Several servers that start together make the same indexes. MongoDB lets all but one wait; where a server
 * answers that somebody else is at it, or lost the race for the collection, the index is asked for again.
 */
const createPatiently = async (create: () => Promise<string>): Promise<string> => {
  const until = performance.now() + collisionsMs
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await create()
    } catch (cause) {
      const error = toDocumentsError(cause)
      const isOver = isCollision(error) ? performance.now() >= until : attempt >= attempts
      if (isOver || final.has(error.codeName)) throw error
      await waitAfter(attempt)
    }
  }
}

export const collectionIndexes = (place: Place): Indexes => {
  const { connection } = place

  const listIndexes = (): Promise<IndexDescription[]> =>
    connection.run({ withinMs: operationMs, isRead: true }, async client => {
      try {
        return (await driverCollection(client, place).listIndexes().toArray()).map(describe)
      } catch (error) {
        if (isGone(error)) return []
        throw error
      }
    })

  return {
    listIndexes,
    createIndex: (key, { name = defaultName(key), ...options }: IndexOptions = {}) => {
      const create = (): Promise<string> =>
        driverCollection(connection.client, place).createIndex({ ...key }, { ...options, name })
      return connection.run({ withinMs: indexMs }, () => createPatiently(create))
    },
    dropIndex: name =>
      connection.run({ withinMs: operationMs }, async client => {
        if (name === '*') throw new DocumentsError('BadValue', 'name the index to drop')
        await driverCollection(client, place).dropIndex(name)
      }),
    drop: () =>
      connection.run({ withinMs: operationMs }, async client => {
        await driverCollection(client, place)
          .drop()
          .catch(error => {
            if (!isGone(error)) throw error
          })
      }),
  }
}
