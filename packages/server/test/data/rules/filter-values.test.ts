import { expect, it } from 'vitest'
import { type Engine, eachEngine, everything, openShop, type Shop } from '../operations/shop.ts'

const people = 'people'

/** Everybody writes their own custom data; filters leave of `plants` what is of the team that it names. */
const openTeams = async (engine: Engine, query: object): Promise<Shop> => {
  const database = 'teams_of_shop'
  const own = { ...everything.roles[0], name: 'own', applyWhen: { user_id: '%%user.id' } }
  const filters = [{ name: 'of the team', query, projection: {} }]
  const shop = await openShop(engine, {
    rules: [
      { database, collection: people, roles: [own], filters: [] },
      { database, collection: 'plants', roles: everything.roles, filters },
    ] as never,
    app: {
      customUserData: {
        source: 'mongodb-atlas',
        database,
        collection: people,
        userIdField: 'user_id',
      } as never,
      functions: {
        fill: {
          source: `exports = async () => {
            const db = context.services.get('mongodb-atlas').db('${database}')
            await db.collection('${people}').deleteMany({})
            await db.collection('plants').deleteMany({})
            await db.collection('plants').insertMany([{ _id: 1, team: 'red' }, { _id: 2, team: 'blue' }])
            await db.collection('${people}').insertOne({ user_id: context.user.id })
            return true
          }`,
          runAsSystem: true,
        },
      },
    },
  })
  await shop.callFunction('fill')
  return shop
}

const database = 'teams_of_shop'

const seen = async (shop: Shop, customData: object): Promise<unknown> => {
  const update = [{ $set: { data: { $literal: customData } } }]
  await shop.run('updateOne', { query: {}, update }, { database, collection: people })
  const found = await shop.run('find', {}, { database, collection: 'plants' })
  return (found as { team: string }[]).map(({ team }) => team)
}

const anything = { $regularExpression: { pattern: '', options: '' } }

eachEngine('what users wrote themselves', engine => {
  it('is a value to compare with in a filter, and no operator', async () => {
    await using shop = await openTeams(engine, { team: '%%user.custom_data.data.team' })

    expect(await seen(shop, { team: 'red' })).toEqual(['red'])
    expect(await seen(shop, { team: { $ne: 'none' } })).toEqual([])
    expect(await seen(shop, { team: { $exists: true } })).toEqual([])
    expect(await seen(shop, { team: anything })).toEqual([])
    expect(await seen(shop, { team: '%%values.team' })).toEqual([])
    expect(await seen(shop, {})).toEqual([])
  })

  it('is a list of values in a filter, and no list of patterns', async () => {
    await using shop = await openTeams(engine, { team: { $in: '%%user.custom_data.data.teams' } })

    expect(await seen(shop, { teams: ['red', 'green'] })).toEqual(['red'])
    expect(await seen(shop, { teams: ['red', anything] })).toEqual([])
    expect(await seen(shop, { teams: [{ $gt: '' }] })).toEqual([])
  })

  it('is no query of its own', async () => {
    await using shop = await openTeams(engine, { $or: '%%user.custom_data.data.any' })

    expect(await seen(shop, { any: [{ $comment: 'all' }] })).toEqual([])
  })
})
