import { clientPaths } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { Binary, Decimal128, Double, Int32, Long, ObjectId } from 'bson'
import { describe, expect, it } from 'vitest'
import { claimsOf, logIn } from '../../client/clients.ts'
import { insertPerson, onPeople, people } from './people.ts'

const email = { email: 'ada@example.com', password: 'correct horse' }

const register = (server: TestServer) =>
  server.request('POST', clientPaths.register(server.app.clientAppId), { json: email })

const logInAda = async (server: TestServer) => {
  const json = { username: email.email, password: email.password }
  return logIn(server, 'local-userpass', json)
}

const refresh = async (server: TestServer, bearer: string): Promise<string> => {
  const response = await server.request('POST', clientPaths.session(), { bearer })
  expect(response.status).toBe(201)
  return ((await response.json()) as { access_token: string }).access_token
}

/** Somebody who has logged in, and the custom data of their next tokens. */
const meet = async (server: TestServer) => {
  const { user_id: id, refresh_token } = await logIn(server, 'anon-user')
  const read = async () => claimsOf(await refresh(server, refresh_token)).user_data
  return { id, read }
}

describe('custom user data in access tokens', () => {
  it('is read anew at each log-in and each refresh', async () => {
    await using server = await startTestServer({ app: people })
    await register(server)

    const first = await logInAda(server)
    await insertPerson(server, { owner: first.user_id, team: 'red' })
    const refreshed = claimsOf(await refresh(server, first.refresh_token))
    await onPeople(server, 'updateOne', {
      query: { owner: first.user_id },
      update: { $set: { team: 'blue' } },
    })
    const again = claimsOf((await logInAda(server)).access_token)

    expect(claimsOf(first.access_token)).not.toHaveProperty('user_data')
    expect(refreshed.user_data).toMatchObject({ owner: first.user_id, team: 'red' })
    expect(again.user_data).toMatchObject({ team: 'blue' })
  })

  it('is found by the id as a string before the id as an ObjectId, and of several the first', async () => {
    await using server = await startTestServer({ app: people })
    const { id, read } = await meet(server)

    await insertPerson(server, { owner: new ObjectId(id), n: 1 })
    const byObjectId = await read()
    await insertPerson(server, { _id: 'z', owner: id, n: 2 })
    await insertPerson(server, { _id: 'a', owner: id, n: 3 })
    const byString = await read()

    expect(byObjectId).toMatchObject({ n: 1, owner: { $oid: id } })
    expect(byString).toMatchObject({ n: 2 })
  })

  it('is of nobody else, and gone when its document is', async () => {
    await using server = await startTestServer({ app: people })
    const ada = await meet(server)
    const bob = await meet(server)

    await insertPerson(server, { owner: ada.id })
    const ofBob = await bob.read()
    await onPeople(server, 'deleteOne', { query: { owner: ada.id } })

    expect(ofBob).toBeUndefined()
    expect(await ada.read()).toBeUndefined()
  })

  it('has plain numbers, and extended JSON for what JSON has no word for', async () => {
    await using server = await startTestServer({ app: people })
    const { id, read } = await meet(server)
    await insertPerson(server, {
      _id: 1,
      owner: id,
      int: new Int32(5),
      double: new Double(1.5),
      whole: new Double(2),
      long: Long.fromNumber(2 ** 40),
      huge: Long.MAX_VALUE,
      nowhere: new Double(Number.NaN),
      price: Decimal128.fromString('1.10'),
      at: new Date(1_500),
      bytes: new Binary(Buffer.from('hi')),
      deep: [{ n: new Int32(1), none: null }],
    })

    expect(await read()).toEqual({
      _id: 1,
      owner: id,
      int: 5,
      double: 1.5,
      whole: 2,
      long: 2 ** 40,
      huge: { $numberLong: '9223372036854775807' },
      nowhere: { $numberDouble: 'NaN' },
      price: { $numberDecimal: '1.10' },
      at: { $date: { $numberLong: '1500' } },
      bytes: { $binary: { base64: 'aGk=', subType: '00' } },
      deep: [{ n: 1, none: null }],
    })
  })

  it('cannot change what objects are', async () => {
    await using server = await startTestServer({ app: people })
    const { id, read } = await meet(server)
    const polluting = JSON.parse(`{ "owner": "${id}", "__proto__": { "admin": true } }`)
    await insertPerson(server, polluting)

    expect(await read()).not.toHaveProperty('admin')
    expect({}).not.toHaveProperty('admin')
  })

  it('travels up to 16 KiB, and a token that carries so much is accepted', async () => {
    await using server = await startTestServer({ app: people })
    const { user_id: id, refresh_token } = await logIn(server, 'anon-user')
    await insertPerson(server, { _id: 1, owner: id, text: 'x'.repeat(16_384 - 60) })

    const token = await refresh(server, refresh_token)
    const profile = await server.request('GET', clientPaths.profile(), { bearer: token })

    expect(claimsOf(token).user_data).toMatchObject({ _id: 1 })
    expect(profile.status).toBe(200)
  })

  it.for([
    ['a little', 16_384],
    ['far', 1_048_576],
  ] as const)(
    'is left out when it is %s too large, and the log names user and size',
    async ([, size]) => {
      await using server = await startTestServer({ app: people })
      const { id, read } = await meet(server)
      await insertPerson(server, { _id: 1, owner: id, text: 'x'.repeat(size) })

      expect(await read()).toBeUndefined()
      expect(server.logs()).toContainEqual(
        expect.objectContaining({
          level: 40,
          msg: 'custom user data is too large for an access token, and is left out of it',
          app: 'test-aaaaa',
          user: id,
          bytes: expect.any(Number),
          most: 16_384,
        }),
      )
    },
  )

  it('stays away when custom user data is off', async () => {
    await using server = await startTestServer({ app: { dataSources: ['mongodb-atlas'] } })
    const { id, read } = await meet(server)
    await insertPerson(server, { owner: id })

    expect(await read()).toBeUndefined()
  })
})

describe('the user-creation function', () => {
  it('may write the custom data that the first token carries', async () => {
    await using server = await startTestServer({
      app: {
        ...people,
        functions: {
          makeProfile: `exports = async user => {
            const people = context.services.get('mongodb-atlas').db('shop').collection('people')
            await people.insertOne({ owner: user.id, team: 'red' })
          }`,
        },
        userCreationFunctionName: 'makeProfile',
      },
    })

    const { access_token, user_id } = await logIn(server, 'anon-user')

    expect(claimsOf(access_token).user_data).toMatchObject({ owner: user_id, team: 'red' })
  })
})

describe('deleting a user', () => {
  it('leaves the custom data where it is', async () => {
    await using server = await startTestServer({ app: people })
    const { user_id: owner, access_token } = await logIn(server, 'anon-user')
    await insertPerson(server, { owner })

    const deleted = await server.request('DELETE', clientPaths.deleteUser(), {
      bearer: access_token,
    })

    expect(deleted.status).toBe(204)
    expect(await onPeople(server, 'count', { query: { owner } })).toEqual(Long.fromNumber(1))
  })
})
