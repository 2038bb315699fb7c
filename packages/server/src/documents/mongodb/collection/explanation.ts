import type { Document } from 'bson'
import type { Explanation } from '../../documents.ts'
import { DocumentsError } from '../../error.ts'

/** Stages that read one document by `_id`. */
const byId: ReadonlySet<string> = new Set(['IDHACK', 'EXPRESS_IXSCAN_ID', 'CLUSTERED_IXSCAN'])
/** Stages that read through an index. */
const byIndex: ReadonlySet<string> = new Set(['IXSCAN', 'EXPRESS_IXSCAN', 'COUNT_SCAN'])

const isFields = (value: unknown): value is Document =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A stage and all below it, also those of shards and of plans of the slot-based engine. */
const stagesOf = (plan: unknown): Document[] => {
  if (Array.isArray(plan)) return plan.flatMap(stagesOf)
  if (!isFields(plan)) return []
  const below = [
    plan.winningPlan,
    plan.queryPlan,
    plan.inputStage,
    plan.inputStages,
    plan.shards,
    plan.innerStage,
    plan.outerStage,
    plan.thenStage,
    plan.elseStage,
  ]
  return [...(typeof plan.stage === 'string' ? [plan] : []), ...below.flatMap(stagesOf)]
}

/**
 * What the planner chose, read from MongoDB's answer to `explain` (also of a sharded cluster).
 *
 * @throws `CommandNotSupported` when there is no plan in it that we can read.
 */
export const readExplanation = (explained: Document): Explanation => {
  const planner = isFields(explained.queryPlanner) ? explained.queryPlanner : explained
  const stages = stagesOf(planner.winningPlan)
  const names = stages.map(({ stage }) => stage as string)
  if (names.length === 0) {
    throw new DocumentsError('CommandNotSupported', 'this server does not say how it reads')
  }
  const sortedByIndex = !names.includes('SORT')
  if (names.includes('COLLSCAN')) return { stage: 'COLLSCAN', sortedByIndex: false }
  const scan = stages.find(({ stage }) => byIndex.has(stage))
  const isById = names.some(name => byId.has(name)) || scan?.indexName === '_id_'
  if (isById && !names.includes('IXSCAN')) return { stage: 'IDHACK', sortedByIndex }
  if (scan === undefined) return { stage: 'COLLSCAN', sortedByIndex: false }
  return { stage: 'IXSCAN', indexName: String(scan.indexName), sortedByIndex }
}
