import { expect, it } from 'vitest'
import { eachEngine, openShop } from './shop.ts'

const int = (number: number) => ({ $numberInt: String(number) })

const told = (error: unknown) => ({ status: 400, error_code: 'MongoDBError', error })

eachEngine('what operations mean', engine => {
  it('takes updates without operators as replacements', async () => {
    await using shop = await openShop(engine)
    const runId = { $oid: '65a0c0ffee0000000000beef' }
    const documents = ['Alice', 'Bob', 'Charlie'].map((name, _id) => ({ _id, name, runId }))
    await shop.run('insertMany', { documents })

    const one = await shop.run('updateOne', { query: { name: 'Bob' }, update: { name: 'Rob' } })
    expect(one).toEqual({ matchedCount: int(1), modifiedCount: int(1) })
    expect(await shop.run('findOne', { query: { _id: 1 } })).toEqual({ _id: int(1), name: 'Rob' })
    const before = await shop.run('findOneAndUpdate', {
      filter: { runId },
      sort: { name: -1 },
      update: { name: 'Carla' },
    })
    expect(before).toMatchObject({ name: 'Charlie' })
    const made = await shop.run('findOneAndUpdate', {
      filter: { runId, name: 'nobody' },
      update: { name: 'new', hiddenField: 'x' },
      upsert: true,
      returnNewDocument: true,
    })
    expect(Object.keys(made as object)).toEqual(['_id', 'name', 'hiddenField'])
    const many = await shop.run('updateMany', { query: {}, update: { hiddenField: 'y' } })
    expect(many).toEqual({ matchedCount: int(4), modifiedCount: int(4) })
    const left = (await shop.run('find', { query: {} })) as Record<string, unknown>[]
    expect(left.map(({ _id, ...rest }) => rest)).toEqual(Array(4).fill({ hiddenField: 'y' }))
    expect(
      await shop.run('updateMany', {
        query: { name: 'no' },
        update: { name: 'yes' },
        upsert: true,
      }),
    ).toMatchObject({ matchedCount: int(0), upsertedId: { $oid: expect.any(String) } })
  })

  it('affects the first document in natural order where no order is asked', async () => {
    await using shop = await openShop(engine)
    await shop.run('insertMany', { documents: [{ _id: 5 }, { _id: 1 }, { _id: 3 }] })

    expect(await shop.run('findOneAndDelete', { filter: {} })).toEqual({ _id: int(5) })
    expect(await shop.run('findOne', { query: { _id: 5 } })).toBeNull()
  })

  it('compares dates and ids, keeps widths, and finds the empty name', async () => {
    await using shop = await openShop(engine)
    const document = {
      _id: { $oid: '65a0c0ffee0000000000beef' },
      at: { $date: '2020-01-01T00:00:00Z' },
      double: { $numberDouble: '1.0' },
      int: 1,
      long: { $numberLong: '1' },
      decimal: { $numberDecimal: '1.50' },
      binary: { $binary: { base64: 'cGx1bQ==', subType: '00' } },
      none: null,
      '': 'empty',
    }
    await shop.run('insertOne', { document })

    const query = {
      _id: { $gt: { $oid: '000000000000000000000000' } },
      at: { $lt: { $date: { $numberLong: '1600000000000' } } },
    }
    expect(await shop.run('findOne', { query })).toEqual({
      ...document,
      at: { $date: { $numberLong: '1577836800000' } },
      int: int(1),
    })
    expect(await shop.run('count', { query: { '': 'empty' } })).toEqual({ $numberLong: '1' })
    expect(await shop.run('findOne', { query: { '': null } })).toBeNull()
  })

  it('words refusals of the database as the original did', async () => {
    await using shop = await openShop(engine)
    await shop.run('insertOne', { document: { _id: 1, list: 1 } })
    const query = { _id: 1 }

    expect(await shop.refused('insertOne', { document: { _id: 1 } })).toEqual(
      told(expect.stringMatching(/^Duplicate key error.*_id/)),
    )
    expect(await shop.refused('insertMany', { documents: [{ _id: 1 }] })).toEqual(
      told(expect.stringMatching(/^Duplicate key error/)),
    )
    expect(await shop.refused('insertMany', { documents: [] })).toEqual(
      told('must provide at least one element'),
    )
    expect(await shop.refused('find', { query: { $who: 1 } })).toEqual(
      told('unknown top level operator: $who.'),
    )
    expect(await shop.refused('find', { query: { a: { $who: 1 } } })).toEqual(
      told('unknown operator: $who'),
    )
    expect(await shop.refused('updateOne', { query, update: { $who: { a: 1 } } })).toEqual(
      told('Unknown modifier: $who'),
    )
    for (const update of [{ $set: { a: 1 } }, { $who: 1 }, { a: 1, $set: { b: 1 } }]) {
      expect(await shop.refused('findOneAndReplace', { filter: query, update })).toEqual(
        told('the replace operation document must not contain atomic operators'),
      )
    }
    expect(await shop.refused('aggregate', { pipeline: [{ $who: 1 }] })).toEqual(
      told("Unrecognized pipeline stage name: '$who'."),
    )
    expect(await shop.refused('aggregate', { pipeline: [{ $set: { a: { $who: 1 } } }] })).toEqual(
      told("Unrecognized expression '$who'"),
    )
    expect(await shop.refused('updateOne', { query, update: { $push: { list: 2 } } })).toEqual(
      told(expect.stringMatching(/list/)),
    )
    expect(await shop.refused('updateOne', { query, update: { $set: { _id: 2 } } })).toEqual(
      told(expect.stringMatching(/_id/)),
    )
    expect(await shop.run('find')).toEqual([{ _id: int(1), list: int(1) }])
  })

  it('sends a document with a field named error as it is', async () => {
    await using shop = await openShop(engine)
    const document = { _id: 1, error: 'a text', error_code: 'MongoDBError' }
    await shop.run('insertOne', { document })

    expect(await shop.run('findOne')).toEqual({ ...document, _id: int(1) })
  })

  it('takes a document of 16 MB and no larger one', { timeout: 60_000 }, async () => {
    await using shop = await openShop(engine)
    const text = 'x'.repeat(16 * 1024 * 1024 - 100)

    await shop.run('insertOne', { document: { _id: 1, text } })
    expect(
      await shop.refused('insertOne', {
        document: { _id: 2, text: `${text}${text.slice(0, 999_999)}` },
      }),
    ).toEqual({
      status: 400,
      error_code: 'InvalidParameter',
      error: "'document' must not be larger than 16777216 bytes",
    })
    expect(await shop.run('findOne', { query: { _id: 1 } })).toEqual({ _id: int(1), text })
    await shop.run('insertOne', { document: { _id: 3, text: text.slice(9) } })
    expect(await shop.refused('find')).toMatchObject({
      status: 400,
      error_code: 'ReadSizeLimitExceeded',
    })
    expect(await shop.run('count')).toEqual({ $numberLong: '2' })
  })
})
