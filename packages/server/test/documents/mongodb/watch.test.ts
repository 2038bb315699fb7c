import { type Document, Double, Long } from 'bson'
import { describe, expect, it } from 'vitest'
import { openMongoDb } from '../../../src/documents/mongodb/index.ts'
import { startScripted } from './scripted-server.ts'

const ns = 'shop.orders'
const event = (_id: number): Document => ({
  _id: { _data: `token${_id}` },
  operationType: 'insert',
  documentKey: { _id },
  fullDocument: { _id, price: new Double(1) },
})

/** A change stream of these events, as MongoDB's documents describe the commands. */
const streamOf = (events: readonly Document[], asked: Document[] = []) => {
  const left = [...events]
  return async (command: Document): Promise<Document> => {
    if ('aggregate' in command) {
      asked.push(command.pipeline[0].$changeStream)
      const cursor = { id: Long.fromNumber(7), ns, firstBatch: [] }
      return { cursor: { ...cursor, postBatchResumeToken: { _data: 'start' } } }
    }
    if (!('getMore' in command)) return {}
    const next = left.shift()
    if (next === undefined) await new Promise(resolve => setTimeout(resolve, 50))
    const nextBatch = next === undefined ? [] : [next]
    const postBatchResumeToken = next?._id ?? { _data: 'start' }
    return { cursor: { id: Long.fromNumber(7), ns, nextBatch, postBatchResumeToken } }
  }
}

describe('a native change stream', () => {
  it('is asked for what the caller asks, and tells events in our own BSON classes', async () => {
    const asked: Document[] = []
    await using server = await startScripted(streamOf([event(1), event(2)], asked))
    const documents = await openMongoDb({ address: server.address })
    const orders = documents.database('shop').collection('orders', { promoteValues: false })

    const stream = await orders.watch({
      fullDocument: 'updateLookup',
      resumeAfter: { _data: 'token0' },
    })
    const first = (await stream.next()).value
    const token = stream.resumeToken
    await stream.close()

    expect(asked[0]).toMatchObject({
      fullDocument: 'updateLookup',
      resumeAfter: { _data: 'token0' },
    })
    expect(first.fullDocument.price).toBeInstanceOf(Double)
    expect(token).toEqual({ _data: 'token1' })
    await documents.close()
  })

  it('ends for who waits when it is closed', async () => {
    await using server = await startScripted(streamOf([]))
    const documents = await openMongoDb({ address: server.address })
    const stream = await documents.database('shop').collection('orders').watch()

    const next = stream.next()
    await stream.close()

    expect(await next).toEqual({ done: true, value: undefined })
    await documents.close()
  })

  it('says that the history is lost, and that a server has no change streams', async () => {
    const refuse = (code: number, errmsg: string) => async (command: Document) =>
      'aggregate' in command ? { ok: 0, code, errmsg } : {}
    await using lost = await startScripted(refuse(286, 'Resume of change stream was not possible'))
    await using single = await startScripted(
      refuse(40_573, 'The $changeStream stage is only supported on replica sets'),
    )
    const failures = []
    for (const { address } of [lost, single]) {
      const documents = await openMongoDb({ address })
      const opening = documents.database('shop').collection('orders').watch()
      failures.push(await opening.catch((error: unknown) => error))
      await documents.close()
    }

    expect(failures).toMatchObject([
      { code: 286, codeName: 'ChangeStreamHistoryLost' },
      { codeName: 'CommandNotSupported' },
    ])
  })
})
