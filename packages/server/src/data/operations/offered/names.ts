/** What no user may put in a query. @see the original's list of operators that only system functions had */
const refusedInQueries = [
  '$accumulator',
  '$bitsAllClear',
  '$bitsAllSet',
  '$bitsAnyClear',
  '$bitsAnySet',
  '$expr',
  '$function',
  '$geoIntersects',
  '$geoWithin',
  '$jsonSchema',
  '$near',
  '$nearSphere',
  '$options',
  '$regex',
  '$sampleRate',
  '$search',
  '$text',
  '$where',
  '$within',
]

const refusedStages = [
  '$changeStream',
  '$collStats',
  '$currentOp',
  '$documents',
  '$facet',
  '$geoNear',
  '$graphLookup',
  '$indexStats',
  '$listSearchIndexes',
  '$listSessions',
  '$lookup',
  '$merge',
  '$out',
  '$planCacheStats',
  '$search',
  '$searchMeta',
  '$unionWith',
  '$vectorSearch',
]

/** Operators and stages that are known, and that users are not offered anywhere. */
export const refused: ReadonlySet<string> = new Set([
  ...refusedInQueries,
  ...refusedStages,
  '$meta',
  '$setIsSubset',
])

export const offeredStages: ReadonlySet<string> = new Set([
  '$addFields',
  '$bucket',
  '$bucketAuto',
  '$count',
  '$densify',
  '$fill',
  '$group',
  '$limit',
  '$match',
  '$project',
  '$redact',
  '$replaceRoot',
  '$replaceWith',
  '$sample',
  '$set',
  '$setWindowFields',
  '$skip',
  '$sort',
  '$sortByCount',
  '$unset',
  '$unwind',
])

/** Between whole queries. */
export const treeOperators: ReadonlySet<string> = new Set(['$and', '$or', '$nor', '$comment'])

export const queryOperators: ReadonlySet<string> = new Set([
  ...treeOperators,
  '$all',
  '$elemMatch',
  '$eq',
  '$exists',
  '$gt',
  '$gte',
  '$in',
  '$lt',
  '$lte',
  '$mod',
  '$ne',
  '$nin',
  '$not',
  '$size',
  '$type',
])

export const updateOperators: ReadonlySet<string> = new Set([
  '$addToSet',
  '$bit',
  '$currentDate',
  '$inc',
  '$max',
  '$min',
  '$mul',
  '$pop',
  '$pull',
  '$pullAll',
  '$push',
  '$rename',
  '$set',
  '$setOnInsert',
  '$unset',
])

/** Beside the values of an update operator. */
export const modifiers: ReadonlySet<string> = new Set([
  '$each',
  '$position',
  '$slice',
  '$sort',
  '$type',
])

/** What a field of a document may be called in spite of its `$`: the parts of a reference. */
export const referenceNames: ReadonlySet<string> = new Set(['$ref', '$id', '$db'])

/** Functions of `$setWindowFields` that are no accumulators. */
export const windowOperators: ReadonlySet<string> = new Set([
  '$covariancePop',
  '$covarianceSamp',
  '$denseRank',
  '$derivative',
  '$documentNumber',
  '$expMovingAvg',
  '$integral',
  '$linearFill',
  '$locf',
  '$minMaxScaler',
  '$rank',
  '$shift',
])
