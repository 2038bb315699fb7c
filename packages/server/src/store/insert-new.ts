import type { Document } from 'bson'
import type { Collection } from '../documents/documents.ts'
import { isDuplicateKey } from '../documents/error.ts'

/** Inserts, and resolves `false` when a unique key of the document is taken. */
export const insertNew = async (collection: Collection, document: Document): Promise<boolean> => {
  try {
    await collection.insertOne(document)
    return true
  } catch (error) {
    if (isDuplicateKey(error)) return false
    throw error
  }
}
