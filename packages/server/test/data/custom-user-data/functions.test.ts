import { clientPaths } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { ObjectId } from 'bson'
import { describe, expect, it } from 'vitest'
import { logIn } from '../../client/clients.ts'
import { insertPerson, people } from './people.ts'

const call = async (server: TestServer, bearer: string, name: string) => {
  const path = clientPaths.callFunction(server.app.clientAppId)
  const response = await server.request('POST', path, { bearer, json: { name, arguments: [] } })
  return { status: response.status, body: await response.json() }
}

const functions = {
  whoami: 'exports = () => context.user.custom_data',
  typeOfTeam: 'exports = () => context.user.custom_data.team instanceof BSON.ObjectId',
  indirectly: "exports = () => context.functions.execute('whoami')",
  forStaff: { source: 'exports = () => 1', canEvaluate: { '%%user.custom_data.staff': true } },
}

describe('context.user.custom_data', () => {
  it('is the document as it is now, in BSON values', async () => {
    await using server = await startTestServer({ app: { ...people, functions } })
    const { user_id: owner, access_token } = await logIn(server, 'anon-user')
    const before = await call(server, access_token, 'whoami')
    await insertPerson(server, { _id: 1, owner, team: new ObjectId('65a0c0ffee0000000000beef') })

    const document = {
      _id: { $numberLong: '1' },
      owner,
      team: { $oid: '65a0c0ffee0000000000beef' },
    }
    expect(before).toEqual({ status: 200, body: {} })
    expect(await call(server, access_token, 'whoami')).toEqual({ status: 200, body: document })
    expect(await call(server, access_token, 'indirectly')).toEqual({ status: 200, body: document })
    expect(await call(server, access_token, 'typeOfTeam')).toEqual({ status: 200, body: true })
  })
})

describe('%%user.custom_data in can_evaluate', () => {
  it('decides by the document as it is now', async () => {
    await using server = await startTestServer({ app: { ...people, functions } })
    const { user_id: owner, access_token } = await logIn(server, 'anon-user')

    const before = await call(server, access_token, 'forStaff')
    await insertPerson(server, { owner, staff: true })
    const after = await call(server, access_token, 'forStaff')

    expect(before.status).toBe(400)
    expect(after).toEqual({ status: 200, body: { $numberLong: '1' } })
  })
})
