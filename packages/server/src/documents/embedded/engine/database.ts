import type { Collection, CollectionOptions, Database } from '../../documents.ts'
import { isVisible } from './catalog.ts'
import { collectionIndexes } from './collection/indexes.ts'
import { collectionReads } from './collection/reads.ts'
import { collectionWrites } from './collection/writes.ts'
import { decodeFor } from './decode.ts'
import type { Engine } from './engine.ts'
import { checkCollectionName, checkDatabaseName } from './names.ts'
import { openChangeStream } from './watch/stream.ts'

const openCollection = (
  engine: Engine,
  { database, name, promoteValues = true }: CollectionOptions & { database: string; name: string },
): Collection => {
  const place = { database, collection: checkCollectionName(name) }
  const decode = decodeFor(promoteValues)
  return {
    name,
    ...collectionReads(engine, place, decode),
    ...collectionWrites(engine, place, decode),
    ...collectionIndexes(engine, place),
    watch: options =>
      openChangeStream({ engine, changeLog: engine.changeLog, place, decode }, options),
  }
}

export const openDatabase = (engine: Engine, name: string): Database => {
  const database = checkDatabaseName(name)
  return {
    name,
    collection: (collection, options) =>
      openCollection(engine, { ...options, database, name: collection }),
    listCollections: async () =>
      [...engine.pointReads.catalog().collections.values()]
        .filter(entry => entry.database === database && isVisible(entry))
        .map(entry => entry.name)
        .toSorted(),
    drop: async () => {
      await engine.write('dropDatabase', { database, collection: '' }, {})
    },
  }
}
