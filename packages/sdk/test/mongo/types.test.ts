import type { Double, Long, ObjectId } from 'bson'
import { describe, expectTypeOf, it } from 'vitest'
import type Realm from '../../src/index.ts'
import type {
  ChangeEvent,
  Changes,
  Document,
  Filter,
  InsertEvent,
  MongoDBCollection,
  NewDocument,
  Update,
  UpdateResult,
  User,
  WithId,
} from '../../src/index.ts'

type Plant = {
  _id: ObjectId
  name: string
  height?: number
  tags: string[]
  planted: Date | null
  place: { garden: string }
}

interface Note {
  text: string
}

/** Compiled, and never run. */
const inTypes = (check: (user: User) => unknown): unknown => check

describe('the types of a collection', () => {
  it('are those of its documents', () => {
    inTypes(async user => {
      const plants = user.mongoClient('atlas').db('shop').collection<Plant>('plants')
      expectTypeOf(await plants.find()).toExtend<Plant[]>()
      expectTypeOf(await plants.findOne()).toExtend<Plant | null>()
      expectTypeOf((await plants.insertOne({} as Plant)).insertedId).toEqualTypeOf<ObjectId>()
      expectTypeOf(await plants.updateOne({}, {})).toEqualTypeOf<UpdateResult<ObjectId>>()
      expectTypeOf(await plants.aggregate([])).toEqualTypeOf<unknown>()
      expectTypeOf(await plants.aggregate<{ n: number }[]>([])).toEqualTypeOf<{ n: number }[]>()
      const notes = user.mongoClient('atlas').db('shop').collection<Note>('notes')
      expectTypeOf(await notes.findOne()).toEqualTypeOf<WithId<Note> | null>()
      expectTypeOf<WithId<Note>['_id']>().toEqualTypeOf<ObjectId>()
      const any = user.mongoClient('atlas').db('shop').collection('any')
      expectTypeOf((await any.find())[0]?.whatever).toEqualTypeOf<unknown>()
      await any.insertOne({ _id: 7, anything: true })
    })
  })

  it('let a filter say what MongoDB lets it say', () => {
    const filters: Filter<Plant>[] = [
      {},
      { name: 'oak' },
      { name: /^o/ },
      { name: { $in: ['oak', /^e/], $exists: true, $nin: [null] } },
      { name: null },
      { tags: 'red' },
      { tags: ['red'] },
      { tags: { $all: ['red'], $size: 2 } },
      { height: { $gt: 3 as number | Long | Double, $lte: 5n } },
      { planted: { $lt: new Date(5) } },
      { 'place.garden': 'north', unknownToUs: 1 },
      { place: { garden: 'north' } },
      { $or: [{ name: 'oak' }, { height: 3 }], $comment: 'why' },
    ]
    expectTypeOf(filters).toExtend<Filter<Plant>[]>()
    // @ts-expect-error a name is no number
    expectTypeOf({ name: 7 }).toExtend<Filter<Plant>>()
    // @ts-expect-error nor inside
    expectTypeOf({ $or: [{ name: 7 }] }).toExtend<Filter<Plant>>()
    // @ts-expect-error an id is no string
    expectTypeOf({ _id: { $in: ['65a0c0ffee0000000000beef'] } }).toExtend<Filter<Plant>>()
  })

  it('let an update say what MongoDB lets it say', () => {
    const updates: Update<Plant>[] = [
      { $set: { name: 'elm', 'place.garden': 'south' }, $unset: { height: '' } },
      { $inc: { height: 1 }, $push: { tags: 'red' }, $currentDate: { planted: true } },
      { name: 'replaced' },
    ]
    expectTypeOf(updates).toExtend<Update<Plant>[]>()
    // @ts-expect-error a name is no number
    expectTypeOf({ $set: { name: 7 } }).toExtend<Update<Plant>>()
    // @ts-expect-error nor in a whole document
    expectTypeOf({ name: 7 }).toExtend<Update<Plant>>()
  })

  it('tell changes apart by what happened', () => {
    const seen = (event: ChangeEvent<Plant>): unknown => {
      switch (event.operationType) {
        case 'insert':
        case 'replace':
          return event.fullDocument.name
        case 'update':
          return event.fullDocument?.name ?? event.updateDescription.removedFields
        case 'delete':
          return event.documentKey._id
        case 'rename':
          return event.to.coll
        case 'dropDatabase':
          return event.ns.db
        case 'drop':
          return event.ns.coll
        case 'invalidate':
          return event.clusterTime
      }
    }
    expectTypeOf(seen).parameter(0).toEqualTypeOf<ChangeEvent<Plant>>()
    expectTypeOf<Changes<Plant>>().toExtend<AsyncGenerator<ChangeEvent<Plant>>>()
    inTypes(user => {
      const plants = user.mongoClient('atlas').db('shop').collection<Plant>('plants')
      plants.watch({ ids: [{} as ObjectId] })
      plants.watch({ filter: { operationType: 'insert', 'fullDocument.name': 'oak' } })
      // @ts-expect-error one of them only
      plants.watch({ ids: [], filter: {} })
    })
  })

  it('are those that programs for realm 12 name', () => {
    type TestDocument = { _id: number; text?: string; isLast?: boolean }
    const getCollection = <T extends Document = TestDocument>(user: User): MongoDBCollection<T> =>
      user.mongoClient('mongodb').db('test').collection<T>('test')
    const assertIsInsert: <T extends Document = TestDocument>(
      event: ChangeEvent<T>,
    ) => asserts event is InsertEvent<T> = event => {
      if (event.operationType !== 'insert') throw new Error('it was no insert')
    }
    const all = async <T extends Document>(collection: MongoDBCollection<T>): Promise<T[]> => {
      const found: T[] = await collection.find()
      const one: T | null = await collection.findOne()
      return one === null ? found : [one, ...found]
    }
    inTypes(async user => {
      const collection: MongoDBCollection<TestDocument> = getCollection(user)
      await collection.insertMany([{ _id: 1, text: 'a' }, { text: 'b' }])
      await collection.findOneAndReplace({ _id: 3 }, { text: 'c' }, { returnNewDocument: true })
      const filter: Realm.Filter = { _id: { $gt: 1 } }
      const update: Realm.Update = { $set: { text: 'd' } }
      const fresh: NewDocument<TestDocument> = { text: 'e' }
      await collection.find(filter, { projection: { text: false } })
      await collection.updateMany(filter, update, { arrayFilters: [filter] })
      await collection.insertOne(fresh)
      for await (const event of collection.watch({ ids: [3, 10] })) {
        assertIsInsert(event)
        if (event.fullDocument.isLast) break
      }
      const options: Realm.FindOneAndModifyOptions = { upsert: true, sort: { _id: 1 } }
      const deleted: Realm.DeleteResult = await collection.deleteMany()
      const stages: Realm.AggregatePipelineStage[] = [{ $match: filter }]
      const service: Realm.Services.MongoDB = user.mongoClient('mongodb')
      const database: Realm.Services.MongoDBDatabase = service.db('test')
      return [await all(collection), options, deleted, await collection.aggregate(stages), database]
    })
  })
})
