import type { CollectionEntry } from '../catalog.ts'
import { type Catalog, catalogVersion, loadCatalog, namespaceOf } from '../catalog.ts'
import { type Connection, openReader } from '../connection.ts'

/** The file as it is at one moment. */
export type Snapshot = {
  readonly connection: Connection
  find(database: string, collection: string): CollectionEntry | undefined
}

/** A connection that answers each read from one snapshot, with a catalog that fits it. */
export type Snapshots = {
  read<Result>(work: (snapshot: Snapshot) => Result): Result
  close(): void
}

export const openSnapshots = (path: string): Snapshots => {
  const connection = openReader(path)
  let catalog: Catalog | undefined

  const current = (): Catalog => {
    if (catalog?.version !== catalogVersion(connection)) catalog = loadCatalog(connection)
    return catalog as Catalog
  }

  const read = <Result>(work: (snapshot: Snapshot) => Result): Result => {
    connection.database.exec('BEGIN')
    try {
      const { collections } = current()
      return work({
        connection,
        find: (database, name) => collections.get(namespaceOf(database, name)),
      })
    } finally {
      if (connection.database.isTransaction) connection.database.exec('COMMIT')
    }
  }

  return { read, close: connection.close }
}
