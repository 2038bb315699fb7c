import { clientPaths } from '@regent/protocol'
import { describe, expect, it } from 'vitest'
import { requestRaw } from '../../http/raw.ts'
import { encodeCall, openStream, streamPath, watch } from './event-stream.ts'
import { insert, logInAnonymously, offersChanges, shortly, startShop, write } from './shop.ts'

describe.skipIf(!offersChanges)('GET …/functions/call', () => {
  it('answers with an open stream of server-sent events, at once', async () => {
    await using server = await startShop()
    const { token } = await logInAnonymously(server)

    const stream = await watch(server, token)
    await insert(server, { _id: 1, name: 'plum' })
    const [event] = await stream.take(1)

    expect(stream.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'transfer-encoding': 'chunked',
      'x-content-type-options': 'nosniff',
    })
    expect(stream.headers).not.toHaveProperty('content-encoding')
    expect(event).toMatchObject({
      operationType: 'insert',
      ns: { db: 'shop', coll: 'items' },
      documentKey: { _id: 1 },
      fullDocument: { _id: 1, name: 'plum' },
    })
    expect(Object.keys(event ?? {}).sort()).toEqual(
      ['_id', 'clusterTime', 'documentKey', 'fullDocument', 'ns', 'operationType'].sort(),
    )
    stream.close()
  })

  it('tells inserts, updates with the document, replacements and deletions in their order', async () => {
    await using server = await startShop()
    const { token } = await logInAnonymously(server)
    const stream = await watch(server, token)

    await insert(server, { _id: 1, name: 'plum', stock: 1 })
    await write(server, 'updateOne', {
      query: { _id: 1 },
      update: { $set: { stock: 2 }, $unset: { name: '' } },
    })
    await write(server, 'updateOne', { query: { _id: 1 }, update: { name: 'pear' } })
    await write(server, 'deleteOne', { query: { _id: 1 } })
    const events = await stream.take(4)

    expect(events.map(shortly)).toEqual([
      ['insert', 1],
      ['update', 1],
      ['replace', 1],
      ['delete', 1],
    ])
    expect(events[1]).toMatchObject({
      updateDescription: { updatedFields: { stock: 2 }, removedFields: ['name'] },
    })
    expect(events[2]?.fullDocument).toEqual({ _id: 1, name: 'pear' })
    expect(events[3]).not.toHaveProperty('fullDocumentBeforeChange')
    stream.close()
  })

  it('looks the document of an update up', async () => {
    await using server = await startShop()
    const { token } = await logInAnonymously(server)
    await insert(server, { _id: 1, name: 'plum', stock: 1 })
    const stream = await watch(server, token)

    await write(server, 'updateOne', { query: { _id: 1 }, update: { $inc: { stock: 1 } } })

    expect((await stream.take(1))[0]?.fullDocument).toEqual({ _id: 1, name: 'plum', stock: 2 })
    stream.close()
  })

  it('sends canonical extended JSON in which only percent signs are encoded', async () => {
    await using server = await startShop()
    const { token } = await logInAnonymously(server)
    const odd = 'use some odd chars to force weird encoding %\n\r\n\\????>>>>%25 é☃'
    const stream = await watch(server, token, { filter: { 'fullDocument.text': odd } })

    await insert(server, { _id: 0, text: 'no' }, { _id: 3, text: odd })
    const [event] = await stream.take(1)

    expect(event?.fullDocument).toEqual({ _id: 3, text: odd })
    const [line] = stream.raw().match(/^data: .*operationType.*$/m) ?? []
    expect(line).toContain('"_id":{"$numberInt":"3"}')
    expect(line).toContain(String.raw`encoding %25\n\r\n\\????>>>>%2525 é☃`)
    stream.close()
  })

  it('takes the access token in the query too, as native clients send it', async () => {
    await using server = await startShop()
    const { token } = await logInAnonymously(server)

    const stream = await openStream(server, { token, tokenIn: 'query' })
    await insert(server, { _id: 1 })

    expect((await stream.take(1)).map(shortly)).toEqual([['insert', 1]])
    stream.close()
  })

  it('is refused with the reason Unauthorized without a good access token', async () => {
    await using server = await startShop()
    const { token, refreshToken } = await logInAnonymously(server)
    const path = streamPath(server)
    const forged = `${token.slice(0, -8)}AAAAAAAA`

    for (const wrong of ['', '&baas_at=', '&baas_at=x.y.z', `&baas_at=${forged}`]) {
      const answer = await requestRaw(server.url, `GET ${path}${wrong}`)
      expect([answer.status, answer.reason]).toEqual([401, 'Unauthorized'])
      expect(answer.headers['content-type']).toBe('application/json')
    }
    for (const wrong of ['null', refreshToken]) {
      const bearer = [`authorization: Bearer ${wrong}`]
      const answer = await requestRaw(server.url, `GET ${path}`, bearer)
      expect([answer.status, answer.reason]).toEqual([401, 'Unauthorized'])
      expect(JSON.parse(answer.body).error_code).toBe('InvalidSession')
    }
  })

  it('is refused when the access token has expired, in the words on which clients refresh', async () => {
    await using server = await startShop()
    const { token } = await logInAnonymously(server)
    server.advance(31 * 60_000)

    const stream = await openStream(server, { token })
    await stream.ended

    expect([stream.status, stream.reason]).toEqual([401, 'Unauthorized'])
    expect(JSON.parse(stream.raw()).error_code).toBe('InvalidSession')
  })

  it('may be read by the origins that the app allows, and by no others', async () => {
    const page = { origin: 'https://shop.example' }
    await using server = await startShop({ app: { allowedRequestOrigins: [page.origin] } })
    const { token } = await logInAnonymously(server)

    const stream = await openStream(server, { token, headers: page })
    const refused = await openStream(server, { token, headers: { origin: 'https://evil.example' } })
    const unauthorized = await openStream(server, { headers: page })

    expect(stream.headers['access-control-allow-origin']).toBe(page.origin)
    expect(refused.status).toBe(403)
    expect(unauthorized.headers['access-control-allow-origin']).toBe(page.origin)
    stream.close()
  })

  it('says what is wrong with the call', async () => {
    await using server = await startShop()
    const { token } = await logInAnonymously(server)
    const root = clientPaths.callFunction(server.app.clientAppId)
    const asked = async (query: string): Promise<unknown> => {
      const bearer = [`authorization: Bearer ${token}`]
      const answer = await requestRaw(server.url, `GET ${root}?${query}`, bearer)
      const { error, error_code } = JSON.parse(answer.body)
      return [answer.status, error_code, error]
    }
    const invalid = (error: string): unknown => [400, 'InvalidParameter', error]
    const notBase64 = invalid(
      "'baas_request' must be a call as JSON in standard base64, percent-encoded",
    )

    expect(await asked('')).toEqual([
      400,
      'MissingParameter',
      "'baas_request' is a required string",
    ])
    expect(await asked('baas_request=')).toEqual(notBase64)
    expect(await asked('baas_request=e30&baas_request=e30')).toEqual(notBase64)
    expect(await asked('baas_request=eyJhIjoiPj4+Pz8/In0=')).toEqual(notBase64)
    expect(await asked('baas_request=eyJhIjoi-_0=')).toEqual(notBase64)
    expect(await asked('baas_request=%2')).toEqual(notBase64)
    expect(await asked('baas_request=gICA')).toEqual(invalid("'baas_request' is not valid UTF-8"))
    expect(await asked('baas_request=e30x')).toEqual(
      invalid("'baas_request' is not a call: not valid JSON"),
    )
    expect(await asked(`baas_request=${encodeCall([])}`)).toEqual(invalid('body must be an object'))
    const deep = `${'['.repeat(150)}${']'.repeat(150)}`
    expect(
      await asked(`baas_request=${encodeCall({ name: 'watch', arguments: JSON.parse(deep) })}`),
    ).toEqual(invalid("'baas_request' is not a call: nested deeper than 100 levels"))
  })

  it('refuses what cannot be watched', async () => {
    await using server = await startShop()
    const { token } = await logInAnonymously(server)
    const refusal = async (asked: Parameters<typeof openStream>[1]): Promise<unknown> => {
      const stream = await openStream(server, { token, ...asked })
      await stream.ended
      const { error, error_code } = JSON.parse(stream.raw())
      return [stream.status, error_code, error]
    }

    expect(await refusal({ service: 'nowhere' })).toEqual([
      404,
      'ServiceNotFound',
      "service not found: 'nowhere'",
    ])
    expect(await refusal({ name: 'find' })).toEqual([
      400,
      'ServiceCommandNotFound',
      "the data source has no command 'find'",
    ])
    expect(await refusal({ watch: { ids: 'all' } })).toEqual([
      400,
      'InvalidParameter',
      "'ids' must be of type array",
    ])
    expect(await refusal({ watch: { filter: [] } })).toEqual([
      400,
      'InvalidParameter',
      "'filter' must be of type object",
    ])
    expect(await refusal({ watch: { filter: { $where: 'true' } } })).toEqual([
      400,
      'InvalidParameter',
      "'$where' is not offered to users in 'filter.$where'",
    ])
    expect(await refusal({ watch: { filter: { a: { $plum: 1 } } } })).toEqual([
      400,
      'MongoDBError',
      'unknown operator: $plum',
    ])
    expect(await refusal({ watch: { filter: { a: { $in: 1 } } } })).toEqual([
      400,
      'MongoDBError',
      '$in needs an array',
    ])
    expect(await refusal({ watch: { database: 'admin' } })).toEqual([
      400,
      'InvalidParameter',
      "'database' must not be 'admin'",
    ])
    expect(await refusal({ watch: { collection: 'system.users' } })).toEqual([
      400,
      'InvalidParameter',
      "'collection' must not begin with 'system.'",
    ])
    expect(await refusal({ watch: { resumeAfter: { _data: 'made up' } } })).toEqual([
      400,
      'InvalidParameter',
      "'resumeAfter' must be the _id of an event of this collection",
    ])
  })
})
