import { join } from 'node:path'
import type { Documents } from '../documents/documents.ts'
import { openEmbedded } from '../documents/embedded/index.ts'
import type { RemoteWriters } from '../documents/embedded/processes/follower.ts'
import { logsDatabaseOf, serverDatabase } from '../domain/mongodb-address.ts'
import type { OpenLogs } from './records.ts'

export type LogsPlace = {
  /** The data folder. */
  readonly folder: string
  /** The server's own documents: on a cluster the logs are a database beside theirs. */
  readonly documents: Documents
  /** Writes of files that another process owns. */
  readonly writers?: RemoteWriters | undefined
}

/** `<data>/logs.db`, so that what is only told disturbs no log-in; on a cluster a database of its own. */
export const openLogs =
  ({ folder, documents, writers }: LogsPlace): OpenLogs =>
  async () => {
    const name = logsDatabaseOf(documents.systemDatabase ?? serverDatabase)
    if (documents.engine === 'mongodb') {
      return { database: documents.database(name), close: async () => {} }
    }
    const path = join(folder, 'logs.db')
    const logs = await openEmbedded({ path, expireEveryMs: 0, ...(writers && { writers }) })
    return { database: logs.database(name), close: logs.close }
  }
