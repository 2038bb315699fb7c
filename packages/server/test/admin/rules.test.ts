import { adminPaths } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { logIn, refused } from '../client/clients.ts'

const app = {
  dataSources: [
    {
      name: 'own',
      defaultRule: {
        roles: [{ name: 'owner', applyWhen: { owner: '%%user.id' }, read: true, write: true }],
        filters: [],
      },
    },
  ],
}

const ask = (server: TestServer, userId: string, more: object = {}) =>
  server.request('POST', adminPaths.explainRules(server.projectId, server.app.id), {
    bearer: server.operatorKey,
    json: {
      source: 'own',
      database: 'shop',
      collection: 'orders',
      user_id: userId,
      operation: 'insertOne',
      arguments: { document: { _id: { $numberLong: '7' }, owner: 'x' } },
      ...more,
    },
  })

describe('what the rules say', () => {
  it('is told to the operator, document by document', async () => {
    await using server = await startTestServer({ app })
    const { user_id: userId } = await logIn(server, 'anon-user')

    const answer = await ask(server, userId)

    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({
      rules: 'default',
      has_schema: false,
      filters: [],
      reads: 'each',
      writes: 'each',
      documents: [
        {
          id: { $numberLong: '7' },
          passes: true,
          roles: [
            {
              name: 'owner',
              applies: false,
              why: {
                text: `owner is "x", asked for: %%user.id, which is "${userId}"`,
                holds: false,
              },
            },
          ],
          role: null,
          permissions: [],
          sees: [],
          hidden: ['_id', 'owner'],
          matches: true,
          write: { action: 'insert', allowed: false, reason: 'no role applies' },
        },
      ],
      has_more: false,
    })
  })

  it('is refused for what is not there, and to strangers', async () => {
    await using server = await startTestServer({ app })
    const { user_id: userId, access_token: bearer } = await logIn(server, 'anon-user')
    const say = async (more: object, user = userId) => refused(await ask(server, user, more))

    expect(await say({ source: 'gone' })).toMatchObject({
      status: 404,
      error: "service not found: 'gone'",
    })
    expect(await say({ operation: 'drop' })).toMatchObject({
      status: 400,
      error: "the data source has no command 'drop'",
    })
    expect(await say({ operation: 'updateOne', arguments: {} })).toMatchObject({ status: 400 })
    expect(await say({ arguments: { document: 7 } })).toMatchObject({ status: 400 })
    expect(
      await say({ operation: 'find', arguments: { query: { a: { $foo: 1 } } } }),
    ).toMatchObject({
      status: 400,
      error_code: 'MongoDBError',
    })
    expect(await say({ database: 'a.b' })).toMatchObject({ status: 400 })
    expect(await say({}, '65a0c0ffee00000000000099')).toMatchObject({ status: 404 })
    const path = adminPaths.explainRules(server.projectId, server.app.id)
    expect((await server.request('POST', path, { bearer, json: {} })).status).toBe(401)
  })
})
