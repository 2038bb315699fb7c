import type { Database } from '../documents/documents.ts'
import { fromObjectId, toObjectId } from './object-id.ts'

/**
 * The id of the project that all apps of this store belong to, in Admin API paths and links. Made once; two
 * servers that start together agree on it.
 */
export const readProjectId = async (database: Database, newId: () => string): Promise<string> => {
  const project = await database
    .collection('project')
    .findOneAndUpdate(
      { _id: 'project' },
      { $setOnInsert: { projectId: toObjectId(newId()) } },
      { upsert: true, returnDocument: 'after' },
    )
  return fromObjectId(project?.projectId)
}
