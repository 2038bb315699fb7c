import type { Document } from 'bson'
import type { CollectionReads, Filter, FindOptions, ReadLimits } from '../../../documents.ts'
import { tooMuch } from '../../../error.ts'
import { compileProjection } from '../../query/project.ts'
import { fromBytes, toBytes } from '../../values/bytes.ts'
import { namespaceOf } from '../catalog.ts'
import { type Decode, decodeAll, splitDocuments } from '../decode.ts'
import type { Engine, Place } from '../engine.ts'
import { explainPlan, planRead } from '../plan/plan.ts'

const projected = (bytes: Uint8Array, projection: Document | undefined): Uint8Array =>
  projection === undefined || Object.keys(projection).length === 0
    ? bytes
    : toBytes(compileProjection(projection)(fromBytes(bytes)))

/** The `$out` or `$merge` at a pipeline's end. */
const outputStage = (pipeline: readonly Document[]): Document | undefined => {
  const last = pipeline.at(-1)
  return last !== undefined && ('$out' in last || '$merge' in last) ? last : undefined
}

const isPointRead = ({ skip = 0, hint }: FindOptions): boolean => skip === 0 && hint === undefined

/** @throws `QueryExceededMemoryLimitNoDiskUseAllowed` */
const count = (bytes: Uint8Array, { maxResultBytes, onBytes }: ReadLimits): void => {
  const { byteLength } = bytes
  if (maxResultBytes !== undefined && byteLength > maxResultBytes) throw tooMuch(maxResultBytes)
  onBytes?.(byteLength)
}

const isNothingMore = ({ hint = '_id_', ...options }: FindOptions): boolean =>
  hint === '_id_' && Object.values(options).every(option => option === undefined)

export const collectionReads = (engine: Engine, place: Place, decode: Decode): CollectionReads => {
  const { pointReads, read, write } = engine
  const { database, collection } = place

  const find = async (filter: Filter, all: FindOptions = {}): Promise<Document[]> => {
    const listed = isNothingMore(all)
      ? pointReads.findListed(database, collection, filter)
      : undefined
    if (listed !== undefined) return listed.map(decode)
    const { maxTimeMs, maxExamined, maxResultBytes, onBytes, owner, ...options } = all
    const { documents } = await read('find', place, {
      arguments: { ...options, filter },
      limits: limitsOf({ maxTimeMs, maxExamined, maxResultBytes, onBytes, owner }),
    })
    return decodeAll(documents, decode)
  }

  const findOne = async (
    filter: Filter,
    options: FindOptions = {},
  ): Promise<Document | undefined> => {
    const point = isPointRead(options) ? pointReads.find(database, collection, filter) : undefined
    const isFirst = point?.isOnly === true || options.sort === undefined
    if (point === undefined || !isFirst) return (await find(filter, { ...options, limit: 1 }))[0]
    if (point.bytes === undefined) return undefined
    const bytes = projected(point.bytes, options.projection)
    count(bytes, options)
    return decode(bytes)
  }

  return {
    findOne,
    find,
    countDocuments: async (filter, { skip, limit, ...limits } = {}) => {
      const values = { filter, skip, limit }
      return (await read('count', place, { arguments: values, limits })).count
    },
    distinct: async (field, filter = {}, limits = {}) => {
      const values = { filter, field }
      const { documents } = await read('distinct', place, { arguments: values, limits })
      return (await decodeAll(documents, decode)).map(({ value }) => value)
    },
    aggregate: async (pipeline, limits = {}) => {
      const values = { pipeline }
      const { documents } = await read('aggregate', place, { arguments: values, limits })
      const stage = outputStage(pipeline)
      if (stage === undefined) return decodeAll(documents, decode)
      await write('output', place, {
        arguments: { stage },
        documents: splitDocuments(documents).map(bytes => bytes.slice()),
      })
      return []
    },
    explain: async (filter, { sort, hint } = {}) => {
      const entry = pointReads.catalog().collections.get(namespaceOf(database, collection))
      if (entry === undefined) return { stage: 'COLLSCAN', sortedByIndex: false }
      return explainPlan(planRead(entry, { filter, sort, hint }), filter)
    },
  }
}

const limitsOf = (limits: Record<keyof ReadLimits, ReadLimits[keyof ReadLimits]>): ReadLimits =>
  Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== undefined))
