import { createHash } from 'node:crypto'
import { openMongoDb } from '../src/documents/mongodb/index.ts'
import { withDatabase } from '../src/domain/mongodb-address.ts'

const { env } = process

/** Address of the MongoDB that tests may use: given, or found by the setup of the run. */
export const testCluster: string | undefined = env.REGENT_TEST_MONGODB_URL || undefined

/** A store on the test cluster for each data folder, when the run asks for servers over MongoDB. */
export const testStoreOf = (folder: string): string | undefined => {
  if (env.REGENT_TEST_STORE !== 'mongodb') return undefined
  if (testCluster === undefined) throw new Error('REGENT_TEST_STORE needs REGENT_TEST_MONGODB_URL')
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16)
  return withDatabase(testCluster, `regent_t${name}`)
}

/** Drops databases of the test cluster. */
export const dropDatabases = async (
  address: string,
  isDropped: (name: string) => boolean,
): Promise<void> => {
  const documents = await openMongoDb({ address })
  try {
    for (const name of await documents.listDatabases()) {
      if (isDropped(name)) await documents.database(name).drop()
    }
  } finally {
    await documents.close()
  }
}
