import { type Document, EJSON, ObjectId } from 'bson'
import type { Sort, UpdateResult } from '../../../documents/documents.ts'
import { compileFilter } from '../../../documents/embedded/query/matcher.ts'
import { isSameStored } from '../../../documents/embedded/values/same.ts'
import { isDuplicateKey } from '../../../documents/error.ts'
import { AppError } from '../../../errors.ts'
import type { Candidate } from '../../view/view.ts'
import type { Target } from '../command.ts'
import { mostDocuments } from '../limits.ts'
import { type Change, type CompiledChange, compileChange, judgedChange } from './change.ts'
import { openTurns } from './turns.ts'

/** Which documents are meant. */
export type Choice = { readonly query: Document; readonly sort?: Sort | undefined }

/** What became of one document. */
export type Written = {
  readonly before: Candidate | undefined
  /** `undefined` when it was deleted. */
  readonly after: Document | undefined
  readonly isModified: boolean
}

const turns = openTurns()

const keyOf = ({ namespace }: Target, id: unknown): string =>
  EJSON.stringify([
    namespace.app.id,
    namespace.source.name,
    namespace.database,
    namespace.collection,
    id,
  ])

const wait = (milliseconds: number): Promise<void> =>
  new Promise(resolve => setTimeout(resolve, milliseconds))

/** Documents that may be written, where rules are asked or not. */
const findCandidates = async (
  target: Target,
  { query, sort }: Choice,
  limit: number,
): Promise<readonly Candidate[]> => {
  const { judge, collection, limits } = target
  const options = { ...(sort && { sort }), limit }
  if (judge.reads === 'none') return []
  if (judge.reads === 'each') return target.view().candidates(query, options)
  const joined = judge.query === undefined ? query : { $and: [judge.query, query] }
  const found = await collection.find(joined, { ...options, ...limits })
  return found.map(document => ({ document, visible: document }))
}

/** The document as it is now, if it still is one of those that are meant. */
const readAgain = async (
  { judge, collection }: Target,
  { query }: Choice,
  id: unknown,
): Promise<Candidate | undefined> => {
  const document = await collection.findOne({ _id: id })
  if (document === undefined) return undefined
  if (judge.query !== undefined && !compileFilter(judge.query).matches(document)) return undefined
  const visible = await judge.see(document)
  if (visible === undefined || !compileFilter(query).matches(visible)) return undefined
  return { document, visible }
}

const exactly = (document: Document): Document => ({
  _id: document._id,
  $expr: { $eq: ['$$ROOT', { $literal: document }] },
})

const mostAttempts = 40

/**
 * Writes one document by what it was when it was judged: when it has changed meanwhile it is judged again. `undefined`
 * when it is none of those that are meant any more.
 */
const writeOne = (
  target: Target,
  { choice, first }: { readonly choice: Choice; readonly first: Candidate },
  write: (candidate: Candidate) => Promise<Written | undefined>,
): Promise<Written | undefined> => {
  const id: unknown = first.document._id
  return turns.take(keyOf(target, id), async () => {
    let candidate: Candidate | undefined = first
    for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
      if (candidate === undefined) return undefined
      const written = await write(candidate)
      if (written !== undefined) return written
      if (attempt > 1) await wait(attempt)
      candidate = await readAgain(target, choice, id)
    }
    const message = 'the document was changed too often by others meanwhile, try again'
    throw new AppError('databaseError', { message })
  })
}

/** Called with what is about to be written; what it throws keeps it from being written. */
export type BeforeWrite = (written: Written) => Promise<void>

const nothingBefore: BeforeWrite = async () => undefined

const sliceMs = 4

const nextTurn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

const applyChange =
  ({ judge, collection }: Target, change: CompiledChange, beforeWrite = nothingBefore) =>
  async (candidate: Candidate): Promise<Written | undefined> => {
    const { document } = candidate
    const startedAt = performance.now()
    const after = await judgedChange(judge, candidate, change)
    if (performance.now() - startedAt > sliceMs) await nextTurn()
    const written = { before: candidate, after, isModified: !isSameStored(document, after) }
    await beforeWrite(written)
    if (!written.isModified) return written
    const { matchedCount } = await collection.replaceOne(exactly(document), after)
    return matchedCount === 0 ? undefined : written
  }

const remove =
  ({ judge, collection }: Target, beforeWrite = nothingBefore) =>
  async (candidate: Candidate): Promise<Written | undefined> => {
    await judge.checkDelete(candidate.document)
    const written = { before: candidate, after: undefined, isModified: true }
    await beforeWrite(written)
    const { deletedCount } = await collection.deleteOne(exactly(candidate.document))
    return deletedCount === 0 ? undefined : written
  }

/** The document as it is stored: `_id` first, made when there is none. */
export const withId = ({ _id = new ObjectId(), ...fields }: Document): Document => ({
  _id,
  ...fields,
})

const insertMissing = async (
  { judge, collection }: Target,
  change: CompiledChange,
  beforeWrite = nothingBefore,
): Promise<Written> => {
  const after = withId(await change.make())
  await judge.checkInsert(after, 'upsert')
  const written = { before: undefined, after, isModified: true }
  await beforeWrite(written)
  await collection.insertOne(after)
  return written
}

const firstWritten = async (
  target: Target,
  choice: Choice,
  write: (candidate: Candidate) => Promise<Written | undefined>,
): Promise<Written | undefined> => {
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    const [first] = await findCandidates(target, choice, 1)
    if (first === undefined) return undefined
    const written = await writeOne(target, { choice, first }, write)
    if (written !== undefined) return written
  }
  return undefined
}

type Asked = Omit<Change, 'query'> & { readonly upsert?: boolean | undefined }

/**
 * Changes the first document that is meant, or inserts one; `undefined` when there was nothing to change.
 *
 * @throws `writeRefused`, `schemaRefused`; DocumentsError
 */
export const changeFirst = async (
  target: Target,
  choice: Choice,
  { upsert = false, beforeWrite, ...rest }: Asked & { readonly beforeWrite?: BeforeWrite },
): Promise<Written | undefined> => {
  const change = compileChange(target.view(), { ...rest, query: choice.query })
  const attempt = async (): Promise<Written | undefined> => {
    const written = await firstWritten(target, choice, applyChange(target, change, beforeWrite))
    if (written !== undefined || !upsert) return written
    return insertMissing(target, change, beforeWrite)
  }
  try {
    return await attempt()
  } catch (error) {
    if (!upsert || !isDuplicateKey(error)) throw error
    return attempt()
  }
}

/** @throws `writeRefused`; DocumentsError */
export const removeFirst = (
  target: Target,
  choice: Choice,
  beforeWrite?: BeforeWrite,
): Promise<Written | undefined> => firstWritten(target, choice, remove(target, beforeWrite))

const atATime = 32

/** Does one after the other, each in a turn of the event loop of its own: what is about a large document takes long. */
const inTurns = <Item, Result>(
  work: (item: Item) => Promise<Result>,
): ((item: Item) => Promise<Result>) => {
  let last: Promise<unknown> = Promise.resolve()
  return item => {
    last = last.then(nextTurn)
    return last.then(() => work(item))
  }
}

/** Each of the documents that are meant, some at a time; ends with the first that is refused. */
const writeEach = async (
  target: Target,
  choice: Choice,
  write: (candidate: Candidate) => Promise<Written | undefined>,
): Promise<readonly Written[]> => {
  const candidates = await findCandidates(target, choice, mostDocuments + 1)
  if (candidates.length > mostDocuments) {
    const detail = `a write under rules changes at most ${mostDocuments} documents`
    throw new AppError('readSizeLimit', { detail })
  }
  const all: Written[] = []
  const writeInTurn = inTurns(write)
  for (let at = 0; at < candidates.length; at += atATime) {
    const group = candidates.slice(at, at + atATime)
    const written = await Promise.all(
      group.map(first => writeOne(target, { choice, first }, writeInTurn)),
    )
    all.push(...written.filter(one => one !== undefined))
  }
  return all
}

/** @throws `writeRefused`, `schemaRefused`, `readSizeLimit`; DocumentsError. What was written before stays. */
export const changeEach = async (
  target: Target,
  choice: Choice,
  { upsert = false, ...rest }: Asked,
): Promise<UpdateResult> => {
  const change = compileChange(target.view(), { ...rest, query: choice.query })
  const written = await writeEach(target, choice, applyChange(target, change))
  if (written.length === 0 && upsert) {
    const { after } = await insertMissing(target, change)
    return { matchedCount: 0, modifiedCount: 0, upsertedId: after?._id }
  }
  return {
    matchedCount: written.length,
    modifiedCount: written.filter(one => one.isModified).length,
  }
}

/** How many went. @throws as `changeEach` */
export const removeEach = async (target: Target, choice: Choice): Promise<number> =>
  (await writeEach(target, choice, remove(target))).length
