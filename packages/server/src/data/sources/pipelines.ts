import type { Document } from 'bson'
import { AppError } from '../../errors.ts'
import { readCollectionName } from './names.ts'
import type { Naming } from './naming.ts'

type Map = (naming: Naming, operand: unknown, part: string) => unknown

const isFields = (value: unknown): value is Document =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A collection by its name, or in another database as `{ db, coll }`. */
const place: Map = (naming, operand, part) => {
  if (typeof operand === 'string') return readCollectionName(part, operand)
  if (!isFields(operand)) {
    throw new AppError('namespaceRefused', { detail: `'${part}' must be a collection` })
  }
  return {
    ...operand,
    ...(operand.db !== undefined && { db: naming.toStored(`${part}.db`, operand.db) }),
    coll: readCollectionName(`${part}.coll`, operand.coll),
  }
}

const inner = (naming: Naming, value: unknown, part: string): unknown =>
  Array.isArray(value) ? value.map((stage, at) => toStage(naming, stage, `${part}.${at}`)) : value

const joined: Map = (naming, operand, part) => {
  if (!isFields(operand)) return operand
  return {
    ...operand,
    ...(operand.from !== undefined && { from: place(naming, operand.from, `${part}.from`) }),
    ...(operand.pipeline !== undefined && {
      pipeline: inner(naming, operand.pipeline, `${part}.pipeline`),
    }),
  }
}

const union: Map = (naming, operand, part) => {
  if (typeof operand === 'string') return readCollectionName(part, operand)
  if (!isFields(operand)) return operand
  return {
    ...operand,
    ...(operand.db !== undefined && { db: naming.toStored(`${part}.db`, operand.db) }),
    ...(operand.coll !== undefined && { coll: readCollectionName(`${part}.coll`, operand.coll) }),
    ...(operand.pipeline !== undefined && {
      pipeline: inner(naming, operand.pipeline, `${part}.pipeline`),
    }),
  }
}

const merge: Map = (naming, operand, part) => {
  if (!isFields(operand)) return place(naming, operand, part)
  return { ...operand, into: place(naming, operand.into, `${part}.into`) }
}

const facet: Map = (naming, operand, part) =>
  isFields(operand)
    ? Object.fromEntries(
        Object.entries(operand).map(([name, stages]) => [
          name,
          inner(naming, stages, `${part}.${name}`),
        ]),
      )
    : operand

/** Stages that name a collection, or have stages inside. */
const naming: ReadonlyMap<string, Map> = new Map([
  ['$lookup', joined],
  ['$graphLookup', joined],
  ['$unionWith', union],
  ['$out', place],
  ['$merge', merge],
  ['$facet', facet],
])

/** Stages that see nothing but the documents of the collection, and what they are told. */
const harmless: ReadonlySet<string> = new Set([
  '$addFields',
  '$bucket',
  '$bucketAuto',
  '$collStats',
  '$count',
  '$densify',
  '$documents',
  '$fill',
  '$geoNear',
  '$group',
  '$limit',
  '$listSearchIndexes',
  '$match',
  '$planCacheStats',
  '$project',
  '$redact',
  '$replaceRoot',
  '$replaceWith',
  '$sample',
  '$search',
  '$searchMeta',
  '$set',
  '$setWindowFields',
  '$skip',
  '$sort',
  '$sortByCount',
  '$unset',
  '$unwind',
  '$vectorSearch',
])

const toStage = (names: Naming, stage: unknown, part: string): unknown => {
  const [[name, operand] = ['', undefined], ...more] = isFields(stage) ? Object.entries(stage) : []
  if (!name.startsWith('$') || more.length > 0) {
    const detail = `'${part}' must be an object with the name of one stage`
    throw new AppError('fieldInvalid', { detail })
  }
  if (harmless.has(name)) return stage
  const map = naming.get(name)
  if (map === undefined) {
    const message = `Unrecognized pipeline stage name: '${name}'.`
    throw new AppError('databaseError', { message })
  }
  return { [name]: map(names, operand, `${part}.${name}`) }
}

/**
 * The pipeline with every database and collection that it names where they are kept. What no stage of this server's
 * reads is refused, because nobody could say which database it reaches.
 *
 * @throws `namespaceRefused`, `fieldInvalid`; `databaseError` for an unknown stage
 */
export const toStoredPipeline = (names: Naming, pipeline: readonly Document[]): Document[] =>
  pipeline.map((stage, at) => toStage(names, stage, `pipeline.${at}`) as Document)
