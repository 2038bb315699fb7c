import { describeDocuments } from '../contract.ts'
import { openTemp } from './open-temp.ts'

describeDocuments('embedded', async () => {
  const documents = await openTemp({ changeLog: true })
  return { ...documents, close: async () => documents[Symbol.asyncDispose]() }
})
