import { expect, it } from 'vitest'
import { eachEngine, openShop } from './shop.ts'

/** Writes have to be judged one by one. */
const roles = [
  {
    name: 'writer',
    applyWhen: {},
    insert: true,
    delete: true,
    fields: { secret: { read: false } },
    additionalFields: { read: true, write: true },
  },
]
const judged = { defaultRule: { roles, filters: [] } as never }

/** The longest time in milliseconds that the event loop was busy meanwhile. */
const longestStall = async (work: () => Promise<unknown>): Promise<number> => {
  let [last, longest] = [performance.now(), 0]
  const timer = setInterval(() => {
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
  }, 5)
  await work()
  await new Promise(resolve => setTimeout(resolve, 10))
  clearInterval(timer)
  return longest
}

/** Takes seconds. */
const heavy = {
  $size: { $map: { input: { $range: [0, 3_000] }, in: { $size: { $range: [0, 10_000] } } } },
}
/** Takes minutes. */
const endless = { $regexMatch: { input: `${'a'.repeat(34)}!`, regex: '^(a+)+$' } }
const doubled = (times: number) => ({
  $reduce: {
    input: { $range: [0, times] },
    initialValue: 'xxxx',
    in: { $concat: ['$$value', '$$value'] },
  },
})

const sameThreads = 'the work is done by the same threads, whatever the engine'

eachEngine('an update under rules that is much work', engine => {
  it('holds nobody up', { timeout: 60_000 }, async () => {
    await using shop = await openShop(engine, judged)
    await shop.run('insertOne', { document: { _id: 1 } })

    const stall = await longestStall(async () => {
      expect(await shop.run('updateOne', { query: {}, update: [{ $set: { a: heavy } }] })).toEqual({
        matchedCount: { $numberInt: '1' },
        modifiedCount: { $numberInt: '1' },
      })
      await shop.run('updateOne', {
        query: { _id: 2 },
        update: [{ $set: { a: heavy } }],
        upsert: true,
      })
      const shown = { filter: { _id: 1 }, update: { $set: { b: 1 } }, projection: { c: heavy } }
      expect(await shop.run('findOneAndUpdate', shown)).toMatchObject({ c: { $numberInt: '3000' } })
    })

    expect(stall).toBeLessThan(1_000)
    expect(await shop.run('find', { query: {}, project: { a: 1 } })).toEqual([
      { _id: { $numberInt: '1' }, a: { $numberInt: '3000' } },
      { _id: { $numberInt: '2' }, a: { $numberInt: '3000' } },
    ])
  })

  it('holds others up no longer when it is about many documents', { timeout: 60_000 }, async () => {
    await using shop = await openShop(engine, judged)
    const documents = Array.from({ length: 32 }, (_, _id) => ({ _id }))
    await shop.run('insertMany', { documents })
    const update = [{ $set: { list: { $range: [0, 20_000] } } }]
    await shop.run('updateMany', { query: {}, update })
    const inc = { $inc: { 'list.$[]': 1 } }

    const few = await longestStall(async () => {
      for (let times = 0; times < 3; times += 1) {
        await shop.run('updateMany', { query: { _id: { $lt: 2 } }, update: inc })
      }
    })
    const many = await longestStall(() => shop.run('updateMany', { query: {}, update: inc }))

    expect(many).toBeLessThan(4 * few + 100)
  })

  it('is ended when it takes too long, and writes nothing', { timeout: 60_000 }, async ({
    skip,
  }) => {
    skip(engine.name === 'mongodb', sameThreads)
    await using shop = await openShop(engine, judged)
    await shop.run('insertOne', { document: { _id: 1 } })

    const update = [{ $set: { a: endless } }]
    const stall = await longestStall(async () => {
      expect(await shop.refused('updateOne', { query: {}, update })).toMatchObject({
        status: 400,
        error_code: 'ReadSizeLimitExceeded',
        error: expect.stringContaining('the operation took longer than'),
      })
    })

    expect(stall).toBeLessThan(1_000)
    expect(await shop.run('find')).toEqual([{ _id: { $numberInt: '1' } }])
  })

  it('is not done where its answer takes too long', { timeout: 60_000 }, async ({ skip }) => {
    skip(engine.name === 'mongodb', sameThreads)
    await using shop = await openShop(engine, judged)
    await shop.run('insertMany', { documents: [{ _id: 1 }, { _id: 2 }] })

    const projection = { a: endless }
    const changed = { filter: { _id: 2 }, update: { $set: { b: 1 } }, returnNewDocument: true }
    const refusals = await Promise.all([
      shop.refused('findOneAndDelete', { filter: { _id: 1 }, projection }),
      shop.refused('findOneAndUpdate', { ...changed, projection }),
    ])

    const late = { status: 400, error_code: 'ReadSizeLimitExceeded' }
    expect(refusals).toMatchObject([late, late])
    const ids = ['1', '2'].map($numberInt => ({ _id: { $numberInt } }))
    expect(await shop.run('find')).toEqual(ids)
  })

  it('may be about many values, and about filters of lists', async () => {
    await using shop = await openShop(engine, judged)
    const list = Array.from({ length: 300 }, (_, at) => at)
    await shop.run('insertOne', { document: { _id: 1, list: [] } })

    await shop.run('updateOne', { query: {}, update: { $push: { list: { $each: list } } } })
    const update = { $inc: { 'list.$[large]': 1_000 } }
    const arrayFilters = [{ large: { $in: list.slice(1) } }]
    await shop.run('updateOne', { query: {}, update, arrayFilters })

    const [stored] = (await shop.run('find')) as { list: { $numberInt: string }[] }[]
    expect(stored?.list.map(({ $numberInt }) => Number($numberInt))).toEqual(
      list.map(at => (at === 0 ? 0 : at + 1_000)),
    )
  })
})

eachEngine('a value that grows without end', engine => {
  it.each([
    ['under rules', judged],
    ['without rules', {}],
  ])('is refused %s', { timeout: 60_000 }, async (_name, options) => {
    await using shop = await openShop(engine, options)
    await shop.run('insertOne', { document: { _id: 1, list: [1] } })
    const twice = Array.from({ length: 23 }, () => ({ $set: { list: ['$list', '$list'] } }))

    for (const update of [
      [{ $set: { a: { $strLenBytes: doubled(27) } } }],
      [{ $set: { a: doubled(23) } }],
      twice,
    ]) {
      expect(await shop.refused('updateOne', { query: {}, update })).toMatchObject({ status: 400 })
      const wanted = { filter: {}, update: { $set: { b: 1 } }, projection: { a: doubled(27) } }
      expect(await shop.refused('findOneAndUpdate', wanted)).toMatchObject({ status: 400 })
    }
  })

  it('is refused where it is read under rules, and the server goes on', async () => {
    await using shop = await openShop(engine, judged)
    await shop.run('insertOne', { document: { _id: 1 } })
    const list = { $concatArrays: ['$$value', '$$value'] }
    const grown = { $reduce: { input: { $range: [0, 29] }, initialValue: [1, 2], in: list } }

    const pipeline = [{ $project: { n: { $size: grown } } }]
    expect(await shop.refused('aggregate', { pipeline })).toMatchObject({
      status: 400,
      error_code: 'ReadSizeLimitExceeded',
      error: expect.stringContaining('$concatArrays would make an array of more than 4000000'),
    })
    expect(await shop.run('find')).toEqual([{ _id: { $numberInt: '1' } }])
  })

  it('holds nobody up where it is only read', { timeout: 60_000 }, async ({ skip }) => {
    skip(engine.name === 'mongodb', sameThreads)
    await using shop = await openShop(engine, judged)
    await shop.run('insertOne', { document: { _id: 1, list: [1] } })
    const pipeline = Array.from({ length: 39 }, () => ({ $set: { list: ['$list', '$list'] } }))

    const stall = await longestStall(async () => {
      expect(await shop.refused('aggregate', { pipeline })).toMatchObject({ status: 400 })
    })

    expect(stall).toBeLessThan(1_000)
  })
})
