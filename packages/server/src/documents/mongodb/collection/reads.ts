import type { Document } from 'bson'
import type { AbstractCursor } from 'mongodb'
import type { CollectionReads, FindOptions, ReadLimits } from '../../documents.ts'
import { decodeFor } from '../../embedded/engine/decode.ts'
import { tooMuch } from '../../error.ts'
import type { Bounds } from '../connection.ts'
import { driverCollection, exactValues, type Place, toOwnValues } from '../place.ts'
import { readExplanation } from './explanation.ts'

const defaultMaxTimeMs = 10_000
/** What the way to the server and back may take beyond the time of the read itself. */
const wayMs = 5_000
/** Documents asked for at a time; the server sends 16 MB at most. */
const mostAtATime = 1_000
const leastAtATime = 16
/** Bytes of a document: so many that a read which gives little asks for little at a time. */
const usualBytes = 4_096

/** A server says how large a batch is only by sending it. */
const batchSizeOf = ({ maxResultBytes = Number.POSITIVE_INFINITY }: ReadLimits): number =>
  Math.max(leastAtATime, Math.min(mostAtATime, Math.ceil(maxResultBytes / usualBytes)))
const maxSliceMs = 4

const boundsOf = ({ maxTimeMs = defaultMaxTimeMs }: ReadLimits): Bounds => ({
  withinMs: maxTimeMs + wayMs,
  isRead: true,
})

const timeOf = ({ maxTimeMs = defaultMaxTimeMs }: ReadLimits): { maxTimeMS: number } => ({
  maxTimeMS: maxTimeMs,
})

const toDriverOptions = ({ projection, sort, skip, limit, hint }: FindOptions): Document => ({
  ...(projection === undefined ? {} : { projection }),
  ...(sort === undefined ? {} : { sort }),
  ...(skip === undefined || skip === 0 ? {} : { skip }),
  ...(limit === undefined || limit === 0 ? {} : { limit }),
  ...(hint === undefined ? {} : { hint }),
})

const breathe = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

/** Everything that a cursor over raw bytes has. Long lists leave room for other work in between. */
const readAll = async (
  cursor: AbstractCursor<Uint8Array>,
  { promoteValues }: Place,
  { maxResultBytes = Number.POSITIVE_INFINITY, onBytes }: ReadLimits,
): Promise<Document[]> => {
  const decode = decodeFor(promoteValues)
  const documents: Document[] = []
  let size = 0
  let startedAt = performance.now()
  try {
    while (await cursor.hasNext()) {
      for (const bytes of cursor.readBufferedDocuments()) {
        size += bytes.byteLength
        if (size > maxResultBytes) throw tooMuch(maxResultBytes)
        documents.push(decode(bytes))
        if (documents.length % 64 !== 0 || performance.now() - startedAt <= maxSliceMs) continue
        await breathe()
        startedAt = performance.now()
      }
    }
    onBytes?.(size)
    return documents
  } finally {
    await cursor.close()
  }
}

const cursorNotFound = 43
const mostBeginnings = 3

/** A server that was restarted or failed over has lost its cursors. Nothing was handed out, so the read begins anew. */
const readWhole = async (
  open: () => AbstractCursor<Uint8Array>,
  place: Place,
  limits: ReadLimits,
): Promise<Document[]> => {
  for (let beginning = 1; ; beginning++) {
    try {
      return await readAll(open(), place, limits)
    } catch (error) {
      const isLost = error instanceof Error && 'code' in error && error.code === cursorNotFound
      if (!isLost || beginning === mostBeginnings) throw error
    }
  }
}

const counting = (place: Place): Pick<CollectionReads, 'countDocuments' | 'distinct'> => ({
  countDocuments: (filter, { skip = 0, limit = 0, ...limits } = {}) =>
    place.connection.run(boundsOf(limits), client =>
      driverCollection(client, place).countDocuments(filter, {
        ...timeOf(limits),
        ...(skip > 0 && { skip }),
        ...(limit > 0 && { limit }),
      }),
    ),
  distinct: (field, filter = {}, limits = {}) =>
    place.connection.run(boundsOf(limits), async client => {
      const options = { ...timeOf(limits), ...exactValues }
      const values = await driverCollection(client, place).distinct(field, filter, options)
      return toOwnValues({ values }, place.promoteValues).values as unknown[]
    }),
})

const finding = (place: Place): Pick<CollectionReads, 'find' | 'findOne' | 'aggregate'> => ({
  findOne: (filter, options = {}) =>
    place.connection.run(boundsOf(options), async client => {
      const { limit: _, ...rest } = toDriverOptions(options)
      const bytes = await driverCollection(client, place).findOne<Uint8Array>(filter, {
        ...rest,
        ...timeOf(options),
        raw: true,
      })
      if (bytes === null) return undefined
      const { maxResultBytes = Number.POSITIVE_INFINITY, onBytes } = options
      if (bytes.byteLength > maxResultBytes) throw tooMuch(maxResultBytes)
      onBytes?.(bytes.byteLength)
      return decodeFor(place.promoteValues)(bytes)
    }),
  find: (filter, options = {}) =>
    place.connection.run(boundsOf(options), (client, signal) => {
      const open = () =>
        driverCollection(client, place).find<Uint8Array>(filter, {
          ...toDriverOptions(options),
          ...timeOf(options),
          batchSize: batchSizeOf(options),
          raw: true,
          signal,
        })
      return readWhole(open, place, options)
    }),
  aggregate: (pipeline, options = {}) =>
    place.connection.run(boundsOf(options), (client, signal) => {
      const open = () =>
        driverCollection(client, place).aggregate<Uint8Array>([...pipeline], {
          ...timeOf(options),
          batchSize: batchSizeOf(options),
          raw: true,
          signal,
        })
      return readWhole(open, place, options)
    }),
})

export const collectionReads = (place: Place): CollectionReads => ({
  ...finding(place),
  ...counting(place),
  explain: (filter, options = {}) =>
    place.connection.run(boundsOf(options), async client => {
      const explained = await driverCollection(client, place)
        .find(filter, { ...toDriverOptions(options), ...timeOf(options) })
        .explain('queryPlanner')
      return readExplanation(explained)
    }),
})
