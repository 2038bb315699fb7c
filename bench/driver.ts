import { randomInt } from 'node:crypto'
import { MongoClient } from 'mongodb'

/** Operations a second of MongoDB's own driver, in this process. */
export type DriverRates = Readonly<Record<'findOne' | 'insertOne' | 'find', number>>

export type DriverOptions = {
  readonly address: string
  /** Holds `items` with ids from 0; it is dropped at the end. */
  readonly database: string
  readonly documents: number
  readonly durationMs: number
  readonly connections: number
}

const rateOf = async (
  run: () => Promise<unknown>,
  { connections, durationMs }: DriverOptions,
): Promise<number> => {
  const startedAt = performance.now()
  let done = 0
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < startedAt + durationMs) {
        await run()
        done += 1
      }
    }),
  )
  return (done / (performance.now() - startedAt)) * 1_000
}

export const measureDriver = async (options: DriverOptions): Promise<DriverRates> => {
  const { address, database, documents } = options
  const mongo = await new MongoClient(address, { writeConcern: { w: 'majority' } }).connect()
  const items = mongo.db(database).collection<{ _id: number }>('items')
  const inserted = mongo.db(database).collection('inserted')
  try {
    return {
      findOne: await rateOf(() => items.findOne({ _id: randomInt(documents) }), options),
      insertOne: await rateOf(
        () => inserted.insertOne({ name: 'new', price: 1, tags: ['red', 'round', 'fresh'] }),
        options,
      ),
      find: await rateOf(
        () =>
          items
            .find({ _id: { $gte: randomInt(documents - 100) } })
            .sort({ _id: 1 })
            .limit(100)
            .toArray(),
        options,
      ),
    }
  } finally {
    await inserted.drop()
    await mongo.close()
  }
}

/** Leaves nothing behind on the cluster. */
export const dropDatabase = async (address: string, database: string): Promise<void> => {
  const mongo = await new MongoClient(address).connect()
  await mongo.db(database).dropDatabase()
  await mongo.close()
}
