import type { CollectionEntry } from '../../catalog.ts'
import type { Step, Task, Writer } from '../writer.ts'

const rowsAtOnce = 200

/** Empties a table a step at a time: dropping a large one in one go would hold up everybody else. */
const empty = function* ({ state, budget }: Writer, table: string, key: string): Step<void> {
  const statement = state.connection.statement(
    `DELETE FROM ${table} WHERE (${key}) IN (SELECT ${key} FROM ${table} LIMIT ${rowsAtOnce})`,
  )
  while (Number(statement.run().changes) > 0) if (budget.isOver()) yield
}

/** Takes a collection's tables away. It must have a hidden name by then, so that nobody uses it. */
export const removeCollection = function* (
  writer: Writer,
  collection: CollectionEntry,
): Step<void> {
  const { connection, growing } = writer.state
  const unfinished = (growing.get(collection.id) ?? []).map(({ index }) => index)
  growing.delete(collection.id)
  const indexes = [...collection.indexes, ...unfinished]
  for (const { table, unique } of indexes) {
    yield* empty(writer, table, unique ? 'key' : 'key, rid')
  }
  yield* empty(writer, collection.idIndex.table, 'key')
  yield* empty(writer, collection.table, 'rid')
  const tables = [collection, collection.idIndex, ...indexes]
  connection.database.exec(tables.map(({ table }) => `DROP TABLE IF EXISTS ${table};`).join(' '))
  connection.statement('DELETE FROM indexes WHERE collection = ?').run(collection.id)
  connection.statement('DELETE FROM collections WHERE id = ?').run(collection.id)
  writer.state.touchCatalog()
}

const retire = ({ state, changes }: Writer, collection: CollectionEntry): CollectionEntry => {
  changes.dropped(collection.database, collection.name)
  return state.rename(collection, `system.dropped.${collection.id}`)
}

export const dropCollection = function* (
  writer: Writer,
  { database, collection }: { database: string; collection: string },
): Task {
  const entry = writer.state.find(database, collection)
  if (entry !== undefined) yield* removeCollection(writer, retire(writer, entry))
  return {}
}

export const dropDatabase = function* (writer: Writer, { database }: { database: string }): Task {
  const all = [...writer.state.catalog().collections.values()]
  const retired = all
    .filter(entry => entry.database === database && !entry.name.startsWith('system.'))
    .map(entry => retire(writer, entry))
  writer.changes.databaseDropped(database)
  for (const entry of retired) yield* removeCollection(writer, entry)
  return {}
}

/** Removes what a crash left of collections that were being dropped or filled by `$out`. */
export const removeHiddenCollections = function* (writer: Writer): Task {
  for (const entry of [...writer.state.catalog().collections.values()]) {
    if (entry.name.startsWith('system.')) yield* removeCollection(writer, entry)
  }
  return {}
}
