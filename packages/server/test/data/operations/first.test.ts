import { clientPaths } from '@regent/protocol'
import { startTestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { logIn } from '../../client/clients.ts'

describe('service calls', () => {
  it('keeps a document', async () => {
    await using server = await startTestServer({
      app: {
        dataSources: ['mongodb-atlas'],
        functions: {
          plums: {
            source:
              'exports = () => context.services.get("mongodb-atlas").db("shop").collection("items").findOne({ name: "plum" })',
          },
        },
      },
    })
    const { access_token: bearer } = await logIn(server, 'anon-user')
    const call = async (name: string, args: object) => {
      const response = await server.request('POST', clientPaths.callFunction('test-aaaaa'), {
        bearer,
        json: {
          name,
          service: 'mongodb-atlas',
          arguments: [{ database: 'shop', collection: 'items', ...args }],
        },
      })
      return { status: response.status, body: await response.json() }
    }
    expect(await call('insertOne', { document: { _id: 1, name: 'plum' } })).toEqual({
      status: 200,
      body: { insertedId: { $numberInt: '1' } },
    })
    expect(await call('findOne', { query: { _id: 1 } })).toEqual({
      status: 200,
      body: { _id: { $numberInt: '1' }, name: 'plum' },
    })
    const response = await server.request('POST', clientPaths.callFunction('test-aaaaa'), {
      bearer,
      json: { name: 'plums', arguments: [] },
    })
    expect(await response.json()).toEqual({ _id: { $numberLong: '1' }, name: 'plum' })
  })
})
