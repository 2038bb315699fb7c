import { expect, it } from 'vitest'
import { eachEngine, openShop } from './shop.ts'

const source = `exports = async (database, count) => {
  const items = context.services.get('mongodb-atlas').db(database).collection('items')
  for (let at = 0; at < count; at += 10000) {
    await items.insertMany(Array.from({ length: 10000 }, (_, n) => ({ _id: at + n })))
  }
  await items.insertOne({ _id: 'last' })
}`

eachEngine('limits of operations', engine => {
  it('gives 50,000 documents and no more', { timeout: 120_000 }, async () => {
    await using shop = await openShop(engine, {
      app: { functions: { fill: { source, runAsSystem: true } } },
    })
    await shop.callFunction('fill', shop.database, 50_000)

    const tooMany = {
      status: 400,
      error_code: 'ReadSizeLimitExceeded',
      error: 'an operation gives at most 50000 documents: ask for fewer with a limit',
    }
    expect(await shop.refused('find')).toEqual(tooMany)
    expect(await shop.refused('find', { limit: 60_000 })).toEqual(tooMany)
    expect(await shop.refused('aggregate', { pipeline: [] })).toEqual(tooMany)
    expect(await shop.run('find', { limit: 50_000 })).toHaveLength(50_000)
    expect(await shop.run('count')).toEqual({ $numberLong: '50001' })
    expect(
      await shop.run('updateMany', { query: {}, update: { $set: { seen: true } } }),
    ).toMatchObject({ modifiedCount: { $numberInt: '50001' } })
    expect(await shop.run('deleteMany', { query: {} })).toMatchObject({
      deletedCount: { $numberInt: '50001' },
    })
  })
})
