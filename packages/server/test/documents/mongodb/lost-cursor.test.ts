import { Long } from 'bson'
import { expect, it } from 'vitest'
import { openMongoDb } from '../../../src/documents/mongodb/index.ts'
import { type Script, startScripted } from './scripted-server.ts'

const ns = 'shop.orders'
const orders = [{ _id: 1 }, { _id: 2 }]

/** A server that forgets a cursor so many times before it gives the rest. */
const forgetful = (times: number, asked: string[]): Script => {
  let left = times
  return command => {
    if ('getMore' in command) {
      asked.push('getMore')
      return { ok: 0, code: 43, codeName: 'CursorNotFound', errmsg: 'cursor id 7 not found' }
    }
    if (!('find' in command)) return {}
    asked.push('find')
    left -= 1
    return left >= 0
      ? { cursor: { id: Long.fromNumber(7), ns, firstBatch: orders.slice(0, 1) } }
      : { cursor: { id: Long.ZERO, ns, firstBatch: orders } }
  }
}

const read = async (times: number, asked: string[]) => {
  await using server = await startScripted(forgetful(times, asked))
  const documents = await openMongoDb({ address: server.address })
  try {
    return await documents.database('shop').collection('orders').find({})
  } finally {
    await documents.close()
  }
}

it('begins a read anew when the server has lost its cursor', async () => {
  const asked: string[] = []

  expect(await read(1, asked)).toEqual(orders)
  expect(asked).toEqual(['find', 'getMore', 'find'])
})

it('gives up when the cursor is lost each time', async () => {
  const asked: string[] = []

  await expect(read(9, asked)).rejects.toMatchObject({ code: 43, codeName: 'CursorNotFound' })
  expect(asked.filter(name => name === 'find')).toHaveLength(3)
})
