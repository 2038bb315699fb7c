import type { Collection, IndexOptions, Sort } from '../../../documents.ts'
import { DocumentsError } from '../../../error.ts'
import { compileFilter } from '../../query/matcher.ts'
import { fromBytes } from '../../values/bytes.ts'
import { describeIndex, indexDefinition, namespaceOf } from '../catalog.ts'
import type { Engine, Place } from '../engine.ts'

export type Indexes = Pick<Collection, 'createIndex' | 'dropIndex' | 'listIndexes' | 'drop'>

const defaultName = (key: Sort): string =>
  Object.entries(key)
    .map(([field, direction]) => `${field}_${direction}`)
    .join('_')

const maxFields = 32

const checkKey = (key: Sort): void => {
  const entries = Object.entries(key)
  if (entries.length === 0 || entries.length > maxFields) {
    throw new DocumentsError('BadValue', `an index has 1 to ${maxFields} fields`)
  }
  for (const [field, direction] of entries) {
    if (direction !== 1 && direction !== -1) {
      throw new DocumentsError(
        'CommandNotSupported',
        `index direction of '${field}' must be 1 or -1, not ${JSON.stringify(direction)}`,
      )
    }
    if (field === '' || field.startsWith('$') || field.split('.').includes('')) {
      throw new DocumentsError('BadValue', `'${field}' cannot be a field of an index`)
    }
  }
}

const checkOptions = (
  key: Sort,
  { expireAfterSeconds, partialFilterExpression }: IndexOptions,
): void => {
  if (partialFilterExpression !== undefined) compileFilter(partialFilterExpression)
  if (expireAfterSeconds === undefined) return
  if (!(expireAfterSeconds >= 0) || expireAfterSeconds > 0x7fffffff) {
    throw new DocumentsError('BadValue', 'expireAfterSeconds must be between 0 and 2147483647')
  }
  if (Object.keys(key).length !== 1) {
    throw new DocumentsError('BadValue', 'an expiring index has exactly one field')
  }
}

const isSameKey = (left: Sort, right: Sort): boolean =>
  JSON.stringify(Object.entries(left)) === JSON.stringify(Object.entries(right))

export const collectionIndexes = (engine: Engine, place: Place): Indexes => {
  const entry = () =>
    engine.pointReads.catalog().collections.get(namespaceOf(place.database, place.collection))

  return {
    createIndex: async (key, { name = defaultName(key), ...options } = {}) => {
      checkKey(key)
      checkOptions(key, options)
      if (isSameKey(key, { _id: 1 })) return '_id_'
      const definition = fromBytes(indexDefinition({ key, ...options }))
      await engine.write('createIndex', place, { arguments: { name, ...definition } })
      return name
    },
    dropIndex: async name => {
      await engine.write('dropIndex', place, { arguments: { name } })
    },
    listIndexes: async () => {
      const known = entry()
      return known === undefined ? [] : [known.idIndex, ...known.indexes].map(describeIndex)
    },
    drop: async () => {
      await engine.write('dropCollection', place, {})
    },
  }
}
