import type { Document } from 'bson'
import { compileExpression } from '../aggregate/expression.ts'
import { checkDepth } from '../values/bytes.ts'
import { toWholeNumber } from '../values/numbers.ts'
import { getField } from '../values/path.ts'
import { compileFilter } from './matcher.ts'
import {
  type Computed,
  compute,
  exclude,
  include,
  type Kept,
  replaceFirstArray,
  sliceAt,
} from './project-tree.ts'
import { addToTree, type Demand, type Entry, emptyTree, readProjection } from './projection-spec.ts'
import { badValue } from './refusal.ts'

type Mode = 'include' | 'exclude'

const isId = ({ path }: Entry): boolean => path.length === 1 && path[0] === '_id'

const settle = (mode: Mode | undefined, wanted: Mode, { path }: Entry): Mode => {
  if (mode === undefined || mode === wanted) return wanted
  throw badValue(
    wanted === 'include'
      ? `Cannot do inclusion on field ${path.join('.')} in exclusion projection`
      : `Cannot do exclusion on field ${path.join('.')} in inclusion projection`,
  )
}

/** Fields decide; `_id` only where nothing else does, `$slice` keeps the rest, `$elemMatch` does not. */
const readMode = (entries: readonly Entry[]): Mode => {
  let mode: Mode | undefined
  for (const entry of entries) {
    const { kind } = entry.demand
    if (kind === 'include' || kind === 'exclude') {
      if (!isId(entry)) mode = settle(mode, kind, entry)
    } else if (kind === 'positional') mode = settle(mode, 'include', entry)
    else if (kind === 'expression') {
      if (mode === 'exclude')
        throw badValue('Cannot use expression other than $meta in exclusion projection')
      mode = 'include'
    }
  }
  if (mode !== undefined) return mode
  const kinds = new Set(entries.map(entry => entry.demand.kind))
  if (kinds.has('slice')) return kinds.has('include') ? 'include' : 'exclude'
  return kinds.has('elemMatch') || kinds.has('include') ? 'include' : 'exclude'
}

const readSlice = (argument: unknown): ((array: readonly unknown[]) => unknown[]) => {
  if (!Array.isArray(argument)) {
    const count = toWholeNumber(argument) ?? Math.trunc(Number(argument))
    return array => (count < 0 ? array.slice(count) : array.slice(0, count))
  }
  const [skip, limit] = argument.map(toWholeNumber)
  if (argument.length !== 2 || skip === undefined || limit === undefined)
    throw badValue('$slice array argument should be of form [skip, limit]')
  if (limit <= 0) throw badValue(`$slice limit must be positive, got ${limit}`)
  return array => {
    const start = skip < 0 ? Math.max(0, array.length + skip) : skip
    return array.slice(start, start + limit)
  }
}

const compileElemMatch = (name: string, filter: unknown): ((root: Document) => unknown) => {
  const matcher = compileFilter({ [name]: { $elemMatch: filter } })
  return root => {
    const position = matcher.position(root)
    const array = getField(root, name)
    return position === undefined || !Array.isArray(array) ? undefined : [array[position]]
  }
}

type Change = (projected: Document, position: number | undefined) => Document

const compilePositional = ({ path }: Entry): Change => {
  return (projected, position) =>
    replaceFirstArray(projected, path, array => {
      if (position === undefined)
        throw badValue("positional operator '.$' couldn't find a matching element in the array")
      if (position >= array.length) throw badValue("positional operator '.$' element mismatch")
      return [array[position]]
    })
}

const compileChanges = (entries: readonly Entry[]): Change[] => {
  const positional = entries.filter(entry => entry.demand.kind === 'positional')
  if (positional.length > 1)
    throw badValue('Cannot specify more than one positional proj. per query.')
  if (positional.length > 0 && entries.some(entry => entry.demand.kind === 'elemMatch'))
    throw badValue('Cannot specify positional operator and $elemMatch.')
  const slices = entries.flatMap(({ path, demand }): Change[] => {
    if (demand.kind !== 'slice') return []
    const cut = readSlice(demand.argument)
    return [projected => sliceAt(projected, path, cut)]
  })
  return [...positional.map(compilePositional), ...slices]
}

const computedLeaf = (
  path: readonly string[],
  demand: Demand,
): ((root: Document) => unknown) | undefined => {
  if (demand.kind === 'expression') return compileExpression(demand.expression)
  if (demand.kind === 'elemMatch') return compileElemMatch(path[0] as string, demand.filter)
  return undefined
}

const keptKinds: Record<Mode, readonly Demand['kind'][]> = {
  include: ['include', 'positional', 'slice'],
  exclude: ['exclude'],
}

/**
 * Prepares a projection. The result is a new document whose values are those of the one passed in;
 * `position` is what the filter's `position` said, for `a.$`.
 *
 * @throws `BadValue` for what MongoDB refuses: mixing inclusion and exclusion, paths that collide, empty
 * paths; and, when applied, for `a.$` where the filter found no array element. `CommandNotSupported` for `$meta`.
 * @see https://www.mongodb.com/docs/manual/reference/method/db.collection.find/#std-label-find-projection
 */
export const compileProjection = (
  projection: Document,
): ((document: Document, position?: number) => Document) => {
  checkDepth(projection)
  const entries = readProjection(projection)
  const mode = readMode(entries)
  const all = emptyTree<true>()
  const kept: Kept = emptyTree()
  const computed: Computed = emptyTree()
  const hasId = entries.some(({ path }) => path[0] === '_id')
  if (mode === 'include' && !hasId) addToTree(kept, ['_id'], true)
  for (const { path, demand } of entries) {
    addToTree(all, path, true)
    if (keptKinds[mode].includes(demand.kind)) addToTree(kept, path, true)
    const leaf = computedLeaf(path, demand)
    if (leaf !== undefined) addToTree(computed, path, leaf)
  }
  const keep = mode === 'include' ? include : exclude
  const changes = compileChanges(entries)
  const isComputing = computed.children.size > 0
  return (document, position) => {
    const rest = keep(kept, document)
    let result = isComputing ? compute(computed, rest, document) : rest
    for (const change of changes) result = change(result, position)
    return result
  }
}
