import type { TestContext } from 'vitest'
import { type MongoDbDocuments, openMongoDb } from '../../../src/documents/mongodb/index.ts'
import { testCluster } from '../../../testing/test-cluster.ts'

export const noCluster =
  'there is no MongoDB to test against: the first lines of the run say how to give one'

/** The address to test against; without one the test is skipped, aloud. */
export const needCluster = (context: TestContext): string => {
  if (testCluster === undefined) context.skip(noCluster)
  return testCluster as string
}

/** True for the server of `scripts/documentdb`, which differs from MongoDB in what `differences.ts` lists. */
export const isDocumentDb = async (): Promise<boolean> => {
  const documents = await openTestCluster()
  try {
    return (await documents.offers()).server?.includes('documentdb') === true
  } finally {
    await documents.close()
  }
}

export const openTestCluster = (): Promise<MongoDbDocuments> =>
  openMongoDb({ address: testCluster as string })
