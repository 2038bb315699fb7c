import { addFields, unsetFields } from './add-fields.ts'
import { bucket, bucketAuto } from './bucket.ts'
import { densify } from './densify.ts'
import { fill } from './fill.ts'
import { graphLookup } from './graph-lookup.ts'
import { group, sortByCount } from './group.ts'
import { lookup, unionWith } from './lookup.ts'
import { facet, redact } from './nested.ts'
import { project } from './project.ts'
import { replaceRoot, replaceWith } from './replace-root.ts'
import { simpleStages } from './simple.ts'
import type { StageCompiler } from './stage.ts'
import { unwind } from './unwind.ts'
import { setWindowFields } from './window.ts'

/** Every stage that turns documents into documents, by name. */
export const stages: ReadonlyMap<string, StageCompiler> = new Map(
  Object.entries({
    ...simpleStages,
    $addFields: addFields,
    $set: addFields,
    $unset: unsetFields,
    $project: project,
    $replaceRoot: replaceRoot,
    $replaceWith: replaceWith,
    $group: group,
    $sortByCount: sortByCount,
    $bucket: bucket,
    $bucketAuto: bucketAuto,
    $unwind: unwind,
    $lookup: lookup,
    $graphLookup: graphLookup,
    $unionWith: unionWith,
    $facet: facet,
    $redact: redact,
    $setWindowFields: setWindowFields,
    $densify: densify,
    $fill: fill,
  }),
)

/** Stages of MongoDB that need what an embedded engine has not: a cluster, a search index, geometry. */
export const refusedStages: ReadonlySet<string> = new Set([
  '$changeStream',
  '$changeStreamSplitLargeEvent',
  '$collStats',
  '$currentOp',
  '$geoNear',
  '$indexStats',
  '$listLocalSessions',
  '$listSampledQueries',
  '$listSearchIndexes',
  '$listSessions',
  '$planCacheStats',
  '$querySettings',
  '$queryStats',
  '$rankFusion',
  '$scoreFusion',
  '$search',
  '$searchMeta',
  '$shardedDataDistribution',
  '$vectorSearch',
])
