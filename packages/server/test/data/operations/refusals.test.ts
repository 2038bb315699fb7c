import { clientPaths } from '@regent/protocol'
import { expect, it } from 'vitest'
import { refused } from '../../client/clients.ts'
import { eachEngine, openShop } from './shop.ts'

const notOffered = (operator: string) => ({
  status: 400,
  error_code: 'InvalidParameter',
  error: expect.stringContaining(`'${operator}' is not offered to users in`),
})

const wrong = (part: string) => ({
  status: 400,
  error_code: 'InvalidParameter',
  error: expect.stringContaining(part),
})

const nested = (levels: number): object => {
  let value: object = {}
  for (let level = 0; level < levels; level += 1) value = { a: value }
  return value
}

const refusedConditions: Readonly<Record<string, object>> = {
  $where: { $where: 'true' },
  $expr: { $expr: { $eq: ['$a', 1] } },
  $jsonSchema: { $jsonSchema: {} },
  $text: { $text: { $search: 'x' } },
  $regex: { name: { $regex: 'a' } },
  $function: { a: { $function: { body: 'x', args: [], lang: 'js' } } },
  $near: { place: { $near: [0, 0] } },
  $nearSphere: { place: { $nearSphere: [0, 0] } },
  $geoWithin: { place: { $geoWithin: { $box: [] } } },
  $geoIntersects: { place: { $geoIntersects: {} } },
  $bitsAllClear: { a: { $bitsAllClear: 1 } },
  $bitsAllSet: { a: { $not: { $bitsAllSet: 1 } } },
  $bitsAnyClear: { $or: [{ a: { $bitsAnyClear: 1 } }] },
  $bitsAnySet: { a: { $elemMatch: { $bitsAnySet: 1 } } },
}

const refusedStages: Readonly<Record<string, object>> = {
  $collStats: { $collStats: {} },
  $currentOp: { $currentOp: {} },
  $facet: { $facet: { a: [] } },
  $geoNear: { $geoNear: {} },
  $graphLookup: { $graphLookup: { from: 'x' } },
  $indexStats: { $indexStats: {} },
  $lookup: { $lookup: { from: 'x', localField: 'a', foreignField: 'b', as: 'c' } },
  $merge: { $merge: { into: 'x' } },
  $out: { $out: 'x' },
  $unionWith: { $unionWith: 'x' },
  $search: { $search: {} },
  $changeStream: { $changeStream: {} },
  $function: { $set: { a: { $function: { body: 'x', args: [], lang: 'js' } } } },
  $accumulator: { $group: { _id: 1, a: { $accumulator: {} } } },
  $setIsSubset: { $project: { a: { $setIsSubset: ['$a', '$b'] } } },
  $where: { $match: { $where: 'true' } },
  $$USER_ROLES: { $set: { roles: '$$USER_ROLES' } },
}

eachEngine('what clients may not say', engine => {
  it('refuses operators and stages that users were not offered, and runs none of them', async () => {
    await using shop = await openShop(engine)
    await shop.run('insertOne', { document: { _id: 1, a: 1 } })

    for (const [operator, query] of Object.entries(refusedConditions)) {
      expect(await shop.refused('find', { query }), operator).toEqual(notOffered(operator))
      expect(await shop.refused('deleteMany', { query }), operator).toEqual(notOffered(operator))
      const update = { $pull: { list: query } }
      expect(await shop.refused('updateMany', { query: {}, update }), operator).toEqual(
        notOffered(operator),
      )
    }
    for (const [operator, stage] of Object.entries(refusedStages)) {
      expect(await shop.refused('aggregate', { pipeline: [stage] }), operator).toEqual(
        notOffered(operator),
      )
    }
    const regex = { $regularExpression: { pattern: 'a', options: '' } }
    expect(await shop.refused('find', { query: { a: { $in: [regex] } } })).toEqual(
      notOffered('$regex'),
    )
    expect(await shop.refused('find', { project: { a: { $function: {} } } })).toEqual(
      notOffered('$function'),
    )
    for (const option of ['collation', 'readConcern', 'writeConcern', 'hint']) {
      expect(await shop.refused('find', { [option]: {} }), option).toEqual(notOffered(option))
    }
    expect(await shop.run('find')).toHaveLength(1)
  })

  it('names the argument that is wrong, and writes nothing', async () => {
    await using shop = await openShop(engine)
    const cases: [string, object, string][] = [
      ['find', { query: [] }, "'query' must be a document"],
      ['find', { query: 'x' }, "'query' must be a document"],
      ['find', { query: { $oid: '65a0c0ffee0000000000beef' } }, "'query' must be a document"],
      ['find', { filter: {} }, "'filter' is not an argument of this operation"],
      ['find', { limit: -1 }, "'limit' must be a whole number that is not negative"],
      ['find', { limit: 1.5 }, "'limit'"],
      ['find', { limit: 'x' }, "'limit'"],
      ['find', { sort: { a: 2 } }, "'sort.a' must be 1 or -1"],
      ['find', { sort: { $natural: 1 } }, "'sort.$natural' is not a field"],
      ['aggregate', {}, "'pipeline' must be given"],
      ['aggregate', { pipeline: {} }, "'pipeline' must be a list of documents"],
      [
        'aggregate',
        { pipeline: [{}] },
        "'pipeline.0' must be an object with the name of one stage",
      ],
      ['aggregate', { pipeline: [{ $limit: 1, $skip: 1 }] }, "'pipeline.0'"],
      [
        'aggregate',
        { pipeline: [{ $set: { a: { $regexMatch: { input: 'x', regex: 'a'.repeat(10_240) } } } }] },
        "'pipeline.0.$set.a.$regexMatch.regex' must not be longer than 4096 bytes",
      ],
      ['insertOne', {}, "'document' must be given"],
      ['insertOne', { document: [] }, "'document' must be a document"],
      [
        'insertOne',
        { document: { a: { $b: 1 } } },
        "'document.a.$b' must not have a name that begins with '$'",
      ],
      ['insertOne', { document: { 'a.b': 1 } }, "'document.a.b' must not have a dot in its name"],
      ['insertOne', { document: { 'a\0b': 1 } }, 'NUL'],
      ['insertOne', { document: { a: { _bsontype: 'ObjectId' } } }, "'document.a._bsontype'"],
      ['insertOne', { document: { a: { $code: 'x' } } }, "'$code' is not offered"],
      ['insertMany', { documents: [{ _id: 1 }, { $x: 1 }] }, "'documents.1.$x'"],
      ['insertMany', { documents: {} }, "'documents' must be a list of documents"],
      ['updateOne', { query: {} }, "'update' must be given"],
      ['updateOne', { query: {}, update: 1 }, "'update' must be a document"],
      ['updateOne', { query: {}, update: { $set: 1 } }, "'update.$set' must be a document"],
      ['updateOne', { query: {}, update: {}, upsert: 1 }, "'upsert' must be true or false"],
      ['updateMany', { query: {}, update: { $set: { a: { $x: 1 } } } }, "'update.$set.a.$x'"],
      ['deleteMany', {}, "'query' must be given"],
    ]

    for (const [name, args, text] of cases) {
      expect(
        await shop.refused(name, args),
        `${name} ${JSON.stringify(args).slice(0, 80)}`,
      ).toEqual(wrong(text))
    }
    expect(await shop.refused('insertOne', { document: nested(99) })).toEqual({
      status: 400,
      error_code: 'BadRequest',
      error: 'cannot read body: nested deeper than 100 levels',
    })
    expect(await shop.run('count')).toEqual({ $numberLong: '0' })
  })

  it('names the name of a database or collection that cannot be', async () => {
    await using shop = await openShop(engine)
    const databases: [unknown, string][] = [
      ['', "'database' must not be empty"],
      ['a.b', `'database' must not contain "."`],
      ['a$b', "'database' must not contain '$'"],
      ['a\0b', "'database' must not contain a NUL character"],
      ['a b', "'database' must not contain"],
      ['a/b', "'database' must not contain"],
      ['x'.repeat(64), "'database' must not be longer than 63 bytes"],
      ['admin', "'database' must not be 'admin'"],
      ['local', "'database' must not be 'local'"],
      ['Config', "'database' must not be 'Config'"],
      [1, "'database' must be of type string"],
      [{ $gt: '' }, "'database' must be of type string"],
      [['a'], "'database' must be of type string"],
      [null, "'database' is a required string"],
    ]
    for (const [database, text] of databases) {
      const answer = await refused(await shop.send('find', { database }))
      expect(answer.error, String(database)).toContain(text)
      expect(answer.status).toBe(400)
    }
    const collections: [unknown, string][] = [
      ['', "'collection' must not be empty"],
      ['system.users', "'collection' must not begin with 'system.'"],
      ['a$b', "'collection' must not contain '$'"],
      ['a\0b', "'collection' must not contain a NUL character"],
      ['.a', "'collection' must not begin or end with a dot"],
      ['a..b', "'collection' must not begin or end with a dot"],
      ['x'.repeat(256), "'collection' must not be longer than 200 bytes"],
      [{ $ne: null }, "'collection' must be of type string"],
      [undefined, "'collection' is a required string"],
    ]
    for (const [collection, text] of collections) {
      const answer = await refused(await shop.send('insertOne', { collection, document: {} }))
      expect(answer.error, String(collection)).toContain(text)
      expect(answer.status).toBe(400)
    }
  })

  it('knows neither other operations nor other data sources', async () => {
    await using shop = await openShop(engine)

    expect(await shop.refused('drop')).toEqual({
      status: 400,
      error_code: 'ServiceCommandNotFound',
      error: "the data source has no command 'drop'",
    })
    for (const name of ['getDBNames', 'bulkWrite', 'constructor', '__proto__', 'toString']) {
      expect(await shop.refused(name)).toMatchObject({ error_code: 'ServiceCommandNotFound' })
    }
    const path = clientPaths.callFunction(shop.server.app.clientAppId)
    const elsewhere = await shop.server.request('POST', path, {
      bearer: shop.bearer,
      json: { name: 'find', service: 'mongodb', arguments: [{ database: 'a', collection: 'b' }] },
    })
    expect(await refused(elsewhere)).toEqual({
      status: 404,
      error_code: 'ServiceNotFound',
      error: "service not found: 'mongodb'",
    })
    for (const args of [[], [1], [[]], [{ database: 'a', collection: 'b' }, {}]]) {
      const json = { name: 'find', service: 'mongodb-atlas', arguments: args }
      const answer = await shop.server.request('POST', path, { bearer: shop.bearer, json })
      expect(await refused(answer)).toEqual(wrong("'arguments"))
    }
  })

  it('keeps names that JavaScript has for itself as plain fields', async () => {
    await using shop = await openShop(engine)
    const path = clientPaths.callFunction(shop.server.app.clientAppId)
    const place = `"database":"${shop.database}","collection":"items"`
    const send = (name: string, rest: string) =>
      shop.server.request('POST', path, {
        bearer: shop.bearer,
        body: `{"name":"${name}","service":"mongodb-atlas","arguments":[{${place},${rest}}]}`,
        headers: { 'content-type': 'application/json' },
      })

    const polluting = '{"polluted":true}'
    const refusedKey = {
      status: 400,
      error_code: 'BadRequest',
      error: 'cannot read body: key "__proto__" is not allowed',
    }
    for (const rest of [
      `"document":{"a":1,"__proto__":${polluting}}`,
      `"document":{"a":{"__proto__":${polluting}}}`,
      `"__proto__":{"document":{}}`,
    ]) {
      expect(await refused(await send('insertOne', rest)), rest).toEqual(refusedKey)
    }
    const constructed = `{"_id":1,"constructor":{"prototype":${polluting}}}`
    expect((await send('insertOne', `"document":${constructed}`)).status).toBe(200)
    const found = await (
      await send('findOne', '"query":{"constructor.prototype.polluted":true}')
    ).text()
    expect(found).toBe('{"_id":{"$numberInt":"1"},"constructor":{"prototype":{"polluted":true}}}')
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    expect(await shop.run('count')).toEqual({ $numberLong: '1' })
  })
})
