import type { Database } from '../documents/documents.ts'
import type { SecretBox } from '../security/secret-box.ts'
import { fromObjectId, toObjectId } from './object-id.ts'

/** Where the seal of the project is sealed for. */
export const projectPlace = 'project'

/**
 * The id of the project that all apps of this store belong to, in Admin API paths and links. Made once; two
 * servers that start together agree on it.
 *
 * @throws Error when the store was sealed with another master key, before anything is done with the wrong one.
 */
export const readProjectId = async (
  database: Database,
  { newId, secrets }: { readonly newId: () => string; readonly secrets: SecretBox },
): Promise<string> => {
  const projects = database.collection('project', { promoteValues: false })
  const fresh = {
    projectId: toObjectId(newId()),
    seal: Buffer.from(secrets.seal(Buffer.alloc(0), projectPlace)),
  }
  const project = await projects.findOneAndUpdate(
    { _id: 'project' },
    { $setOnInsert: fresh },
    { upsert: true, returnDocument: 'after' },
  )
  secrets.open(project?.seal.value(), projectPlace)
  return fromObjectId(project?.projectId)
}
