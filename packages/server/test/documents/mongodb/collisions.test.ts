import type { Document } from 'bson'
import { describe, expect, it } from 'vitest'
import { openMongoDb } from '../../../src/documents/mongodb/index.ts'
import { startScripted } from './scripted-server.ts'

const conflict = { ok: 0, code: 112, codeName: 'WriteConflict', errmsg: 'WriteConflict' }
const deadlock = { ok: 0, code: 1, codeName: 'InternalError', errmsg: 'deadlock detected' }
const refusedRow = { n: 0, writeErrors: [{ index: 0, code: 1, errmsg: 'deadlock detected' }] }

/** A server that refuses the first inserts. */
const insertAgainst = async (refusals: readonly Document[]) => {
  const left = [...refusals]
  let asked = 0
  await using server = await startScripted(command => {
    if (!('insert' in command)) return {}
    asked += 1
    return left.shift() ?? { n: 1 }
  })
  const documents = await openMongoDb({ address: server.address })
  try {
    const answer = await documents.database('shop').collection('orders').insertOne({ _id: 1 })
    return { answer, asked }
  } finally {
    await documents.close()
  }
}

describe('a write that collided with another one', () => {
  it.each([
    ['a conflict', conflict],
    ['a deadlock', deadlock],
    ['a deadlock, told of the document', refusedRow],
  ])('is made again: %s', async (_, refusal) => {
    expect(await insertAgainst([refusal, refusal])).toEqual({
      answer: { insertedId: 1 },
      asked: 3,
    })
  })

  it('is not made again after any other refusal', async () => {
    const refusal = { ok: 0, code: 121, errmsg: 'Document failed validation' }

    await expect(insertAgainst([refusal])).rejects.toMatchObject({ code: 121 })
  })
})
