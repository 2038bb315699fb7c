import { MongoInvalidArgumentError, MongoNetworkError, MongoServerError } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { toDocumentsError } from '../../../src/documents/mongodb/failure.ts'

const told = (error: unknown) => {
  const { code, codeName, message } = toDocumentsError(error)
  return { code, codeName, message }
}

describe('errors of the driver', () => {
  it('keep the code, name and text of the server', () => {
    const error = new MongoServerError({ code: 121, codeName: 'X', errmsg: 'Document failed' })

    expect(told(error)).toEqual({
      code: 121,
      codeName: 'DocumentValidationFailure',
      message: 'Document failed',
    })
  })

  it('keep a code that no table of ours names', () => {
    const named = new MongoServerError({ code: 171, codeName: 'CannotIndexParallelArrays' })
    const bare = new MongoServerError({ code: 40_415, errmsg: 'unknown field' })

    expect(told(named)).toMatchObject({ code: 171, codeName: 'CannotIndexParallelArrays' })
    expect(told(bare)).toEqual({
      code: 40_415,
      codeName: 'Location40415',
      message: 'unknown field',
    })
  })

  it('are Unavailable when nobody could be asked, or who was asked cannot serve now', () => {
    const notPrimary = new MongoServerError({ code: 10_107, errmsg: 'not primary' })
    const stopping = new MongoServerError({ code: 11_600, errmsg: 'interrupted at shutdown' })
    const cut = new MongoNetworkError('connection 3 to 10.0.0.1:27017 closed')

    for (const error of [notPrimary, stopping, cut]) {
      expect(told(error).codeName).toBe('Unavailable')
    }
  })

  it('name key and value of a duplicate', () => {
    const error = new MongoServerError({
      code: 11_000,
      errmsg: 'E11000 duplicate key',
      keyPattern: { email: 1 },
      keyValue: { email: 'a@b.c' },
    })

    expect(toDocumentsError(error)).toMatchObject({
      codeName: 'DuplicateKey',
      keyPattern: { email: 1 },
      keyValue: { email: 'a@b.c' },
    })
  })

  it('are bad values when the driver refused them itself', () => {
    const given = new MongoInvalidArgumentError('Update document requires atomic operators')

    expect(told(given)).toMatchObject({ code: 2, codeName: 'BadValue' })
    expect(told(new RangeError('The value of "offset" is out of range'))).toMatchObject({
      code: 10_334,
    })
  })
})
