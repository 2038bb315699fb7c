import type { Document } from 'bson'
import type { Collection } from '../../documents/documents.ts'
import { DocumentsError } from '../../documents/error.ts'
import type { ContractCase, Place } from './case.ts'
import { CaseFailure, expect } from './expect.ts'
import { type Case, readCases, type Want } from './read-cases.ts'
import { isSame, toText } from './same.ts'

type Ran = { readonly value?: unknown; readonly counts?: readonly [number, number] }

const toOptions = ({ sort, skip, limit, projection, ...rest }: Document): Document => ({
  ...(sort === undefined
    ? {}
    : {
        sort: Object.fromEntries(
          Object.entries(sort as Document).map(([name, way]) => [name, Number(way)]),
        ),
      }),
  ...(skip === undefined ? {} : { skip: Number(skip) }),
  ...(limit === undefined ? {} : { limit: Number(limit) }),
  ...(projection === undefined ? {} : { projection }),
  ...Object.fromEntries(
    ['upsert', 'arrayFilters', 'returnDocument']
      .filter(name => rest[name] !== undefined)
      .map(name => [name, rest[name]]),
  ),
})

const run = async (collection: Collection, test: Case): Promise<Ran> => {
  const filter = test.filter ?? {}
  const update = test.update ?? {}
  const options = toOptions(test.opt)
  switch (test.op) {
    case 'find':
      return { value: await collection.find(filter, options) }
    case 'aggregate':
      return { value: await collection.aggregate(test.pipeline ?? []) }
    case 'updateOne':
    case 'updateMany': {
      const result = await collection[test.op](filter, update, options)
      return { counts: [result.matchedCount, result.modifiedCount] }
    }
    case 'replaceOne': {
      const result = await collection.replaceOne(filter, update as Document, options)
      return { counts: [result.matchedCount, result.modifiedCount] }
    }
    case 'findOneAndUpdate':
      return { value: await collection.findOneAndUpdate(filter, update, options) }
    case 'findOneAndReplace':
      return { value: await collection.findOneAndReplace(filter, update as Document, options) }
    case 'findOneAndDelete':
      return { value: await collection.findOneAndDelete(filter, options) }
    default:
      throw new TypeError(`no such operation in a case: ${test.op}`)
  }
}

const idsOf = (value: unknown): unknown[] => (value as Document[]).map(({ _id }) => _id as unknown)

const sortedTexts = (values: readonly unknown[]): string[] => values.map(toText).toSorted()

const stored = (collection: Collection): Promise<Document[]> =>
  collection.find({}, { sort: { _id: 1 } })

const isError = (want: Want): boolean =>
  !Array.isArray(want) && ('error' in want || 'errorAnd' in want)

/** Runs one case in a database of its own. */
const check = async ({ database }: Place, test: Case): Promise<void> => {
  const open = (name: string): Collection => database.collection(name, { promoteValues: false })
  const [collection, other] = [open('main'), open('other')]
  if (test.docs.length > 0) await collection.insertMany(test.docs)
  if (test.opt.other !== undefined) await other.insertMany(test.opt.other)

  if (isError(test.want)) {
    await expect(run(collection, test)).rejects.toBeInstanceOf(DocumentsError)
    const kept = 'errorAnd' in test.want ? test.want.errorAnd : test.docs
    expectSame(await stored(collection), kept, test)
    return
  }
  const { value, counts } = await run(collection, test)
  await compare({ value, collection, other }, test)
  if (test.opt.counts !== undefined) expect(counts).toEqual((test.opt.counts as []).map(Number))
}

const expectSame = (got: unknown, want: unknown, { opt }: Case): void => {
  const how = { ordered: opt.ordered === true, looseLong: opt.looseLong === true }
  if (isSame(got, want, how)) return
  throw new CaseFailure(`answered ${toText(got)}, where ${toText(want)} was expected`)
}

type Outcome = {
  readonly value: unknown
  readonly collection: Collection
  readonly other: Collection
}

const compare = async (outcome: Outcome, test: Case): Promise<void> => {
  const { want } = test
  if (Array.isArray(want)) {
    const isRead = test.op === 'find' || test.op === 'aggregate'
    expectSame(isRead ? outcome.value : await stored(outcome.collection), want, test)
    return
  }
  const wanted = want as Exclude<Want, readonly Document[]>
  if (wanted.ids !== undefined) {
    expect(sortedTexts(idsOf(outcome.value))).toEqual(sortedTexts(wanted.ids))
  } else if (wanted.orderedIds !== undefined) {
    expectSame(idsOf(outcome.value), wanted.orderedIds, test)
  } else if (wanted.otherIs !== undefined) {
    expectSame(await stored(outcome.other), wanted.otherIs, test)
  } else if (wanted.types !== undefined) {
    const [first = {}] = await stored(outcome.collection)
    const types = await outcome.collection.aggregate([
      {
        $project: Object.fromEntries(Object.keys(first).map(name => [name, { $type: `$${name}` }])),
      },
    ])
    expectSame(types[0], wanted.types, test)
  } else expectSame(outcome.value, wanted.value, test)
}

/** MongoDB's semantics, case by case, from `cases.json`. */
export const semanticCases = (): ContractCase[] =>
  readCases().map(test => ({
    group: test.group,
    name: test.name,
    run: place => check(place, test),
  }))
