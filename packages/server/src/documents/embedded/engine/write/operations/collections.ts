import type { CollectionEntry } from '../../catalog.ts'
import type { Task, Writer } from '../writer.ts'

const remove = ({ state, changes }: Writer, collection: CollectionEntry): void => {
  const { connection } = state
  const growing = (state.growing.get(collection.id) ?? []).map(({ index }) => index)
  const tables = [
    collection.table,
    collection.idIndex.table,
    ...[...collection.indexes, ...growing].map(({ table }) => table),
  ]
  connection.database.exec(tables.map(table => `DROP TABLE IF EXISTS ${table};`).join('\n'))
  connection.statement('DELETE FROM indexes WHERE collection = ?').run(collection.id)
  connection.statement('DELETE FROM collections WHERE id = ?').run(collection.id)
  state.growing.delete(collection.id)
  changes.dropped(collection.database, collection.name)
}

export const dropCollection = function* (
  writer: Writer,
  { database, collection }: { database: string; collection: string },
): Task {
  const entry = writer.state.find(database, collection)
  if (entry === undefined) return {}
  remove(writer, entry)
  writer.state.touchCatalog()
  return {}
}

export const dropDatabase = function* (writer: Writer, { database }: { database: string }): Task {
  const entries = [...writer.state.catalog().collections.values()]
  for (const entry of entries) if (entry.database === database) remove(writer, entry)
  writer.changes.databaseDropped(database)
  writer.state.touchCatalog()
  return {}
}
