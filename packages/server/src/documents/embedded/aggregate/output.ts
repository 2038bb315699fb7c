import type { Document } from 'bson'
import { DocumentsError } from '../../error.ts'
import { equalValues } from '../values/compare.ts'
import { isObject } from '../values/types.ts'
import { compile } from './expression.ts'
import type { RunContext, Stage } from './stages/stage.ts'

/** What a pipeline's last stage wants written; the engine does the writing. */
export type PipelineOutput = {
  readonly stage: '$out' | '$merge'
  /** Of another database when given. */
  readonly database: string | undefined
  readonly collection: string
  /** `$merge`: the fields that find the document already there; they must have a unique index. */
  readonly on: readonly string[]
  readonly whenMatched: 'replace' | 'keepExisting' | 'merge' | 'fail' | 'pipeline'
  readonly whenNotMatched: 'insert' | 'discard' | 'fail'
  /**
   * The document to write where one is already there (`replace`, `merge` and `pipeline`).
   *
   * @throws `ImmutableField` when its `_id` would change.
   */
  join(existing: Document, incoming: Document, now: Date): Document
}

type CompileStages = (stages: readonly Document[]) => Stage

const failed = (message: string): DocumentsError => new DocumentsError('FailedToParse', message)

const readTarget = (
  value: unknown,
  stage: string,
): Pick<PipelineOutput, 'database' | 'collection'> => {
  if (typeof value === 'string' && value !== '') return { database: undefined, collection: value }
  if (isObject(value) && typeof value.coll === 'string') {
    const { db } = value
    if (db === undefined || typeof db === 'string') return { database: db, collection: value.coll }
  }
  throw failed(`${stage} only supports a string or object argument that names a collection`)
}

export const readOut = (operand: unknown): PipelineOutput => ({
  stage: '$out',
  ...readTarget(operand, '$out'),
  on: ['_id'],
  whenMatched: 'fail',
  whenNotMatched: 'insert',
  join: (_existing, incoming) => incoming,
})

const matched = ['replace', 'keepExisting', 'merge', 'fail'] as const
const notMatched = ['insert', 'discard', 'fail'] as const

const readChoice = <Choice extends string>(
  value: unknown,
  choices: readonly Choice[],
  { option, usual }: { option: string; usual: Choice },
): Choice => {
  if (value === undefined) return usual
  const choice = choices.find(each => each === value)
  if (choice !== undefined) return choice
  throw failed(
    `Enumeration value '${String(value)}' for field '$merge.${option}' is not a valid value.`,
  )
}

const readOn = (value: unknown): readonly string[] => {
  if (value === undefined) return ['_id']
  const fields: unknown[] = Array.isArray(value) ? value : [value]
  if (fields.length > 0 && fields.every(field => typeof field === 'string')) return fields
  throw failed("$merge 'on' field must be a string or a nonempty array of strings")
}

export const readMerge = (operand: unknown, compileStages: CompileStages): PipelineOutput => {
  const spec = isObject(operand) ? operand : { into: operand }
  const isPipeline = Array.isArray(spec.whenMatched)
  const whenMatched = isPipeline
    ? 'pipeline'
    : readChoice(spec.whenMatched, matched, { option: 'whenMatched', usual: 'merge' })
  return {
    stage: '$merge',
    ...readTarget(spec.into, '$merge'),
    on: readOn(spec.on),
    whenMatched,
    whenNotMatched: readChoice(spec.whenNotMatched, notMatched, {
      option: 'whenNotMatched',
      usual: 'insert',
    }),
    join: keepingId(
      isPipeline
        ? joinByPipeline(spec, compileStages)
        : joins[whenMatched === 'merge' ? 'merge' : 'replace'],
    ),
  }
}

type Join = PipelineOutput['join']

const joins: Record<'merge' | 'replace', Join> = {
  merge: (existing, incoming) => ({ ...existing, ...incoming }),
  replace: (existing, incoming) =>
    Object.hasOwn(incoming, '_id') ? incoming : { _id: existing._id, ...incoming },
}

const joinByPipeline = (spec: Document, compileStages: CompileStages): Join => {
  const stage = compileStages(spec.whenMatched as Document[])
  const variables = Object.entries(isObject(spec.let) ? spec.let : { new: '$$ROOT' }).map(
    ([name, value]) => ({ name, value: compile(value) }),
  )
  return (existing, incoming, now) => {
    const scope = { root: incoming, variables: { NOW: now } }
    const set = Object.fromEntries(variables.map(({ name, value }) => [name, value(scope)]))
    const context: RunContext = {
      now,
      read: () => [],
      examined: () => {},
      variables: { NOW: now, new: incoming, ...set },
    }
    const [joined = existing] = stage([existing], context)
    return joined
  }
}

const keepingId =
  (join: Join): Join =>
  (existing, incoming, now) => {
    const joined = join(existing, incoming, now)
    if (equalValues(joined._id, existing._id)) return joined
    throw new DocumentsError(
      'ImmutableField',
      "$merge failed to update the matching document, did you attempt to modify the _id or the shard key? :: caused by :: Performing an update on the path '_id' would modify the immutable field '_id'",
    )
  }
