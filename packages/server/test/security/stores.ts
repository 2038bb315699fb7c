import { randomBytes } from 'node:crypto'
import { describe } from 'vitest'
import type { Documents } from '../../src/documents/documents.ts'
import { openMongoDb } from '../../src/documents/mongodb/index.ts'
import { testCluster } from '../../testing/test-cluster.ts'
import { openTempDocuments } from '../store/temp-documents.ts'

export type OpenStoreDocuments = () => Promise<{ readonly documents: Documents } & AsyncDisposable>

const openOnCluster =
  (address: string): OpenStoreDocuments =>
  async () => {
    const database = `regent_t${randomBytes(6).toString('hex')}`
    const documents = await openMongoDb({ address, systemDatabase: database })
    return {
      documents,
      [Symbol.asyncDispose]: async () => {
        await documents.database(database).drop()
        await documents.close()
      },
    }
  }

/** The same facts about both engines; MongoDB only where there is one to test against. */
export const describeStores = (
  name: string,
  facts: (openDocuments: OpenStoreDocuments) => void,
): void => {
  describe(`${name}, embedded`, () => facts(openTempDocuments))
  if (testCluster !== undefined) {
    const address = testCluster
    describe(`${name}, in MongoDB`, () => facts(openOnCluster(address)))
  }
}
