import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Document, deserialize, Int32, serialize } from 'bson'
import { describe, expect, it } from 'vitest'
import { openViews, type Views } from '../../../src/data/view/open-view.ts'
import { openViewThreads } from '../../../src/data/view/threads.ts'
import type { View } from '../../../src/data/view/view.ts'
import type { Collection } from '../../../src/documents/documents.ts'
import { openEmbedded } from '../../../src/documents/embedded/index.ts'
import { AppError } from '../../../src/errors.ts'
import { openTestJudge, type TestRules } from '../rules/open-test-judge.ts'

type Opened = AsyncDisposable & {
  readonly collection: Collection
  view(rules: TestRules, limits?: { maxTimeMs?: number; maxResultBytes?: number }): Promise<View>
}

const open = async (
  documents: readonly Document[],
  options: { views?: Views } = {},
): Promise<Opened> => {
  const folder = await mkdtemp(join(tmpdir(), 'regent-view-'))
  const engine = await openEmbedded({ path: join(folder, 'own.db') })
  const collection = engine.database('shop').collection('orders', { promoteValues: false })
  if (documents.length > 0) await collection.insertMany(documents)
  const views = options.views ?? openViews(() => 0)
  return {
    collection,
    view: async (rules, limits = {}) =>
      views.open({ collection, judge: await openTestJudge(rules), limits }),
    [Symbol.asyncDispose]: async () => {
      await views.close()
      await engine.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const even = { roles: [{ applyWhen: { even: true }, read: true }] }
const numbers = (count: number): Document[] =>
  Array.from({ length: count }, (_, n) => ({ _id: n, n, even: n % 2 === 0, text: 'a'.repeat(20) }))

/** Twenty copies of a text. */
const copies = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`copy${n}`, '$text']))

const refusalOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
    return 'no refusal'
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return `${error.refusal}: ${error.message}`
  }
}

const ids = (documents: readonly Document[]): number[] => documents.map(({ _id }) => Number(_id))

describe('a view of a collection', () => {
  it('finds as many documents as are asked for, however many are left out on the way', async () => {
    await using opened = await open(numbers(500))
    const view = await opened.view({
      roles: [{ applyWhen: { '%not': { even: false } }, read: true }],
    })

    expect(ids(await view.find({}, { limit: 3 }))).toEqual([0, 2, 4])
    expect(ids(await view.find({}, { limit: 2, skip: 200 }))).toEqual([400, 402])
    expect(ids(await view.find({}, { sort: { n: -1 }, limit: 2 }))).toEqual([498, 496])
    expect(ids(await view.find({ n: { $gt: 490 } }, { limit: 50 }))).toEqual([492, 494, 496, 498])
    expect(await view.count({}, { limit: 7 })).toBe(7)
    expect(await view.count({})).toBe(250)
    expect(ids(await view.find({ _id: 4 }))).toEqual([4])
    expect(ids(await view.find({ _id: 5 }))).toEqual([])
  })

  it('gives many documents through a thread as it gives few, values as wide as they are', async () => {
    await using opened = await open(numbers(1_300))
    const view = await opened.view(even)

    const many = await view.find({}, { sort: { n: -1 } })
    const few = await view.find({ n: { $lt: 4 } })

    expect(ids(many)).toEqual(Array.from({ length: 650 }, (_, at) => 1_298 - 2 * at))
    expect(many.at(-1)).toEqual(few[0])
    expect(many[0]?.n).toEqual(new Int32(1_298))
    expect((await view.distinct('even', {})).map(Boolean)).toEqual([true])
    expect((await view.candidates({}, { sort: { n: -1 }, limit: 1 }))[0]?.document._id).toEqual(
      new Int32(1_298),
    )
    expect(await view.aggregate([{ $group: { _id: null, sum: { $sum: '$n' } } }])).toMatchObject([
      { sum: new Int32(421_850) },
    ])
  })

  it('lets others work while it looks at many documents', { timeout: 30_000 }, async () => {
    await using opened = await open(numbers(4_000))
    const view = await opened.view(even)
    let beats = 0
    let isOver = false
    const beat = (): void => {
      beats += 1
      if (!isOver) setImmediate(beat)
    }
    beat()

    const seen = await view.find({}, { projection: { n: 1 } })
    isOver = true

    expect(seen).toHaveLength(2_000)
    expect(beats).toBeGreaterThan(20)
  })

  it('ends a pipeline that takes too long, and goes on with the next', {
    timeout: 30_000,
  }, async () => {
    await using opened = await open([{ _id: 1, even: true }])
    const view = await opened.view(even, { maxTimeMs: 300 })
    const range = { $range: [0, 900_000] }
    const endless = [
      {
        $project: {
          x: { $size: { $map: { input: range, in: { $map: { input: range, in: 1 } } } } },
        },
      },
    ]

    const [late, next] = await Promise.all([
      refusalOf(view.aggregate(endless)),
      view.aggregate([{ $project: { x: { $range: [0, 3] } } }]),
    ])

    expect(late.split(':')[0]).toBe('readSizeLimit')
    expect(next).toMatchObject([{ x: [new Int32(0), new Int32(1), new Int32(2)] }])
    expect(await view.aggregate([{ $unwind: '$_id' }])).toHaveLength(1)
  })

  it('refuses results that are too large', async () => {
    await using opened = await open(numbers(1_200))
    const view = await opened.view(even, { maxResultBytes: 1_000 })

    expect(await refusalOf(view.find({}))).toBe(
      'readSizeLimit: the result has too many documents or bytes: use a limit or a projection',
    )
    expect(await view.find({}, { limit: 3 })).toHaveLength(3)
    expect(await refusalOf(view.aggregate([{ $limit: 3 }, { $project: copies }]))).toMatch(
      /^readSizeLimit: the result has too many documents or bytes/,
    )
  })

  it('refuses work when too much waits', async () => {
    const views = openViews(() => 0, { maxThreads: 1, maxWaiting: 1 })
    await using opened = await open([{ _id: 1, even: true }], { views })
    const view = await opened.view(even)
    const slow = [{ $project: { x: { $size: { $range: [0, 400_000] } } } }]

    const outcomes = await Promise.all(
      Array.from({ length: 6 }, () => refusalOf(view.aggregate(slow))),
    )

    expect(outcomes.filter(one => one.startsWith('overloaded'))).not.toEqual([])
    expect(outcomes).toContain('no refusal')
  })
})

describe('threads for views', () => {
  it('leave one to others, however much slow work one user has', async () => {
    const threads = openViewThreads()
    const slow = {
      kind: 'aggregate',
      pipeline: [
        { $set: { a: { $regexMatch: { input: `${'a'.repeat(40)}!`, regex: '^(a+)+$' } } } },
      ],
      nowMs: 0,
    }
    const quick = { kind: 'aggregate', pipeline: [{ $set: { a: 1 } }], nowMs: 0 }
    const jobOf = (request: Document, maxTimeMs: number) => ({
      request: serialize(request),
      documents: new Uint8Array(serialize({ _id: 1 })),
      maxTimeMs,
      maxResultBytes: 1_000,
    })
    let ended = 0
    const heavy = Array.from({ length: 5 }, () =>
      threads.run('ada', jobOf(slow, 20_000)).catch(() => {
        ended += 1
      }),
    )

    const answers = [await threads.run('bob', jobOf(quick, 20_000))]
    answers.push(await threads.run('cleo', jobOf(quick, 20_000)))

    expect(answers.map(bytes => deserialize(bytes))).toEqual([
      { _id: 1, a: 1 },
      { _id: 1, a: 1 },
    ])
    expect(ended).toBe(0)
    await threads.close()
    await Promise.all(heavy)
  })
})
