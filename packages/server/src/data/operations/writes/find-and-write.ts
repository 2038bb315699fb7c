import type { Document } from 'bson'
import { compileProjection } from '../../../documents/embedded/query/project.ts'
import { isReplacement } from '../../../documents/embedded/update/update.ts'
import { checkProjection } from '../../rules/filters.ts'
import type { Arguments, Spelling } from '../arguments.ts'
import type { Command, Target } from '../command.ts'
import { type BeforeWrite, changeFirst, removeFirst, type Written } from './judged.ts'
import { isNative, joined, updateOptions } from './native.ts'

const options = (given: Arguments) => ({
  ...updateOptions(given),
  ...(given.projection && { projection: given.projection }),
  ...(given.sort && { sort: given.sort }),
  returnDocument: given.returnNew ? ('after' as const) : ('before' as const),
})

const projected = async (
  target: Target,
  document: Document,
  { query = {}, projection = {} }: Arguments,
): Promise<Document | null> => {
  if (Object.keys(projection).length === 0) return document
  const [shown] = await target.view().open({ kind: 'project', query, projection })([document])
  return shown ?? null
}

/** What the writer sees of the document, as it was or as it is. */
const shown = async (
  target: Target,
  given: Arguments,
  { before, after }: Written,
): Promise<Document | null> => {
  const visible =
    given.returnNew && after !== undefined ? await target.judge.see(after) : before?.visible
  return visible === undefined ? null : projected(target, visible, given)
}

const checkOptions = ({ judge }: Target, given: Arguments): void => {
  if (!given.projection) return
  if (judge.projection) checkProjection(judge.projection, given.projection)
  compileProjection(given.projection)
}

/** An answer is made before the write is: what cannot be shown, or not in time, is not written. */
const answering = async (
  target: Target,
  given: Arguments,
  write: (beforeWrite: BeforeWrite) => Promise<Written | undefined>,
): Promise<Document | null> => {
  let answer: Document | null = null
  const written = await write(async about => {
    answer = await shown(target, given, about)
  })
  return written === undefined ? null : answer
}

type Replaced = Pick<Arguments, 'update'>

const change = async (
  target: Target,
  given: Arguments,
  { update = {} }: Replaced,
): Promise<Document | null> => {
  const { query = {}, sort, arrayFilters, upsert } = given
  if (isNative(target, given)) {
    const { collection } = target
    const filter = joined(target, query)
    const { arrayFilters: _none, ...whole } = options(given)
    const found = isReplacement(update)
      ? await collection.findOneAndReplace(filter, update as Document, whole)
      : await collection.findOneAndUpdate(filter, update, options(given))
    return found ?? null
  }
  checkOptions(target, given)
  const asked = { update, arrayFilters, upsert, now: target.now() }
  return answering(target, given, beforeWrite =>
    changeFirst(target, { query, sort }, { ...asked, beforeWrite }),
  )
}

const remove = async (target: Target, given: Arguments): Promise<Document | null> => {
  const { query = {}, sort, projection } = given
  if (isNative(target)) {
    const found = await target.collection.findOneAndDelete(joined(target, query), {
      ...(projection && { projection }),
      ...(sort && { sort }),
    })
    return found ?? null
  }
  checkOptions(target, given)
  return answering(target, { ...given, returnNew: false }, beforeWrite =>
    removeFirst(target, { query, sort }, beforeWrite),
  )
}

const named = {
  filter: 'query',
  query: 'query',
  sort: 'sort',
  projection: 'projection',
  project: 'projection',
  upsert: 'upsert',
  returnNewDocument: 'returnNew',
} satisfies Spelling['named']

const findOneAndUpdate: Command = {
  named: { ...named, update: 'update', arrayFilters: 'arrayFilters' },
  ordered: ['query', 'update'],
  required: ['update'],
  run: (target, given) => change(target, given, given),
}

/** Without a replacement it is how `realm-web` says `findOneAndDelete`. */
const findOneAndReplace: Command = {
  named: { ...named, update: 'replacement' },
  ordered: ['query', 'replacement'],
  required: [],
  run: (target, given) =>
    given.replacement === undefined
      ? remove(target, given)
      : change(target, given, { update: given.replacement }),
}

const findOneAndDelete: Command = {
  named: { ...named, upsert: undefined, returnNewDocument: undefined },
  ordered: ['query'],
  required: [],
  run: remove,
}

export const findAndWrites: Readonly<Record<string, Command>> = {
  findOneAndUpdate,
  findOneAndReplace,
  findOneAndDelete,
}
