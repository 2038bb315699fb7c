import { describeDocuments } from '../documents/contract.ts'
import { openFollower } from './open-follower.ts'

describeDocuments('embedded, written by another process', async () => {
  const documents = await openFollower({ changeLog: true })
  return { ...documents, close: async () => documents[Symbol.asyncDispose]() }
})
