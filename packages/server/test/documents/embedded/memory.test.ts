import { describe, expect, it } from 'vitest'
import { openTemp, type TempDocuments } from './open-temp.ts'

const grown = (times: number, initialValue: unknown, into: unknown) => ({
  $reduce: { input: { $range: [0, times] }, initialValue, in: into },
})
const value = '$$value'
const long = grown(20, 'xxxx', { $concat: [value, value] })

/** Each would be ended by JavaScript itself with the whole process, if it came so far. */
const values = {
  'a text joined to itself': grown(29, 'żżżż', { $concat: [value, value] }),
  'an array joined to itself': grown(29, [1, 2], { $concatArrays: [value, value] }),
  'a set joined to others': {
    $setUnion: Array.from({ length: 41 }, () => '$$hundredThousand'),
  },
  'a text replaced by longer ones': grown(9, 'xx', {
    $replaceAll: { input: value, find: 'x', replacement: 'x'.repeat(40) },
  }),
  'a text put into itself': grown(25, 'xxxx', {
    $replaceOne: { input: value, find: 'x', replacement: value },
  }),
  'a text taken apart': { $split: [long, 'x'] },
  'arrays side by side': {
    $zip: { inputs: Array.from({ length: 41 }, () => '$$hundredThousand') },
  },
}

/** Each part is small; JavaScript would take them all. */
const endless = {
  $map: { input: { $range: [0, 100_000] }, in: { $concat: [long, { $toString: '$$this' }] } },
}
const tooMuch = { codeName: 'QueryExceededMemoryLimitNoDiskUseAllowed' }

/** On a busy machine the time may be over first. */
const tooMuchOrTooLate = {
  codeName: expect.stringMatching(/^(QueryExceededMemoryLimitNoDiskUseAllowed|MaxTimeMSExpired)$/),
}

const openOne = async (): Promise<TempDocuments> => {
  const documents = await openTemp()
  await documents.database('app').collection('plants').insertOne({ _id: 1 })
  return documents
}

const refusalOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    error => error,
  )

describe('a value that grows', { timeout: 30_000 }, () => {
  it.each(Object.entries(values))('is refused: %s', async (_, expression) => {
    await using documents = await openOne()
    const plants = documents.database('app').collection('plants')

    const vars = { hundredThousand: { $range: [0, 100_000] } }
    const stage = { $set: { n: { $size: { $let: { vars, in: [expression] } } } } }

    expect(await refusalOf(plants.aggregate([stage]))).toMatchObject(tooMuch)
    expect(await refusalOf(plants.updateOne({}, [stage]))).toMatchObject(tooMuch)
    expect(await plants.find({})).toEqual([{ _id: 1 }])
  })
})

describe('a pattern or format that is made on the way', { timeout: 60_000 }, () => {
  const grownText = (text: string) => grown(22, text, { $concat: [value, value] })

  it.each([
    ['of letters', { $regexMatch: { input: 'x', regex: grownText('abcd') } }],
    ['of classes', { $regexFind: { input: 'x', regex: { $concat: [grownText('[a]'), 'b'] } } }],
    ['of a date written', { $dateToString: { date: '$$NOW', format: grownText('%B') } }],
    ['of a date', { $dateFromString: { dateString: '2026', format: grownText('%Y') } }],
  ])('is refused when it is long: %s', async (_, expression) => {
    await using documents = await openOne()
    const plants = documents.database('app').collection('plants')

    const stage = { $set: { n: expression } }

    expect(await refusalOf(plants.aggregate([stage]))).toMatchObject({ codeName: 'BadValue' })
    expect(await refusalOf(plants.updateOne({}, [stage]))).toMatchObject({ codeName: 'BadValue' })
  })
})

describe('work that takes memory without end', { timeout: 30_000 }, () => {
  it('is ended when it reads, and the reads behind it are answered', async () => {
    await using documents = await openOne()
    const plants = documents.database('app').collection('plants')

    const greedy = refusalOf(plants.aggregate([{ $set: { n: endless } }]))
    const others = Array.from({ length: 5 }, () => plants.aggregate([{ $set: { n: 1 } }]))

    expect(await Promise.all(others)).toEqual(Array(5).fill([{ _id: 1, n: 1 }]))
    expect(await greedy).toMatchObject(tooMuchOrTooLate)
    expect(await plants.aggregate([{ $count: 'n' }])).toEqual([{ n: 1 }])
  })

  it('is ended when it gathers documents', async () => {
    await using documents = await openOne()
    const plants = documents.database('app').collection('plants')

    const pipeline = [
      { $set: { r: { $range: [0, 100_000] } } },
      { $unwind: '$r' },
      { $group: { _id: null, all: { $push: { $concat: [long, { $toString: '$r' }] } } } },
    ]

    expect(await refusalOf(plants.aggregate(pipeline))).toMatchObject(tooMuchOrTooLate)
  })

  it('is ended when it writes, and all other writes are made', async () => {
    await using documents = await openOne()
    const plants = documents.database('app').collection('plants')

    const greedy = refusalOf(plants.updateOne({ _id: 1 }, [{ $set: { n: { $size: endless } } }]))
    const others = Array.from({ length: 20 }, (_, at) => plants.insertOne({ _id: 2 + at }))

    await Promise.all(others)
    expect(await greedy).toMatchObject(tooMuchOrTooLate)
    expect(await plants.findOne({ _id: 1 })).toEqual({ _id: 1 })
    expect(await plants.countDocuments({})).toBe(21)
  })
})
