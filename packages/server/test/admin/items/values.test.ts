import { clientPaths } from '@regent/protocol'
import { startTestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { logIn, post } from '../../client/clients.ts'
import { openAdmin } from './admin.ts'

const readGreeting = { readGreeting: 'exports = () => context.values.get("greeting")' }

describe('values of an app', () => {
  it('are made, listed, shown, changed and deleted, and functions see them at once', async () => {
    await using server = await startTestServer({ app: { functions: readGreeting } })
    const { json } = openAdmin(server)
    const { access_token: bearer } = await logIn(server, 'anon-user')
    const greeting = async () => {
      const path = clientPaths.callFunction(server.app.clientAppId)
      return (await server.request('POST', path, { bearer, json: { name: 'readGreeting' } })).json()
    }

    const made = await json(201, 'POST', '/values', { name: 'greeting', value: { hello: 1 } })
    const first = await greeting()
    const listed = await json(200, 'GET', '/values')
    const path = `/values/${made._id}`
    await json(204, 'PUT', path, { _id: made._id, name: 'greeting', value: 'moin', private: true })
    const second = await greeting()
    const shown = await json(200, 'GET', path)
    await json(204, 'PUT', path, { name: 'salute', value: 'moin' })
    const renamed = await json(200, 'GET', path)
    await json(204, 'DELETE', path)

    expect(made).toEqual({
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      name: 'greeting',
      value: { hello: 1 },
      private: false,
      from_secret: false,
      last_modified: expect.any(Number),
    })
    const { value: _, ...withoutValue } = made
    expect(listed).toEqual([{ ...withoutValue, last_modified: expect.any(Number) }])
    expect(first).toEqual({ hello: { $numberLong: '1' } })
    expect(second).toBe('moin')
    expect(shown).toMatchObject({ value: 'moin', private: true })
    expect(renamed).toMatchObject({ _id: made._id, name: 'salute', private: true })
    expect(await json(200, 'GET', '/values')).toEqual([])
    expect(await greeting()).toEqual({ $undefined: true })
  })

  it('may be secrets, which must be there', async () => {
    await using server = await startTestServer({ app: { functions: readGreeting } })
    const { json, refused } = openAdmin(server)
    const body = { name: 'greeting', value: 'hidden', from_secret: true }

    const missing = await refused('POST', '/values', body)
    await json(201, 'POST', '/secrets', { name: 'hidden', value: 'psst' })
    const made = await json(201, 'POST', '/values', body)

    expect(missing).toMatchObject({ status: 400, error_code: 'BadRequest' })
    expect(missing.error).toContain('names the secret "hidden", which has no value')
    expect(made).toMatchObject({ value: 'hidden', from_secret: true })
    const { access_token: bearer } = await logIn(server, 'anon-user')
    const path = clientPaths.callFunction(server.app.clientAppId)
    const call = await server.request('POST', path, { bearer, json: { name: 'readGreeting' } })
    expect(await call.json()).toBe('psst')
  })

  it('are refused when they are unknown, taken or no values', async () => {
    await using server = await startTestServer()
    const { json, refused } = openAdmin(server)
    await json(201, 'POST', '/values', { name: 'a', value: 1 })
    const other = await json(201, 'POST', '/values', { name: 'b', value: 2 })
    const nobody = 'f'.repeat(24)
    const unknown = {
      status: 404,
      error: `value not found: '${nobody}'`,
      error_code: 'ValueNotFound',
    }
    const taken = {
      status: 409,
      error: "there is a value 'a' already",
      error_code: 'ValueDuplicateName',
    }

    expect(await refused('GET', `/values/${nobody}`)).toEqual(unknown)
    expect(await refused('PUT', `/values/${nobody}`, { name: 'c', value: 1 })).toEqual(unknown)
    expect(await refused('DELETE', `/values/${nobody}`)).toEqual(unknown)
    expect(await refused('POST', '/values', { name: 'a', value: 3 })).toEqual(taken)
    expect(await refused('PUT', `/values/${other._id}`, { name: 'a', value: 3 })).toEqual(taken)
    expect(await refused('POST', '/values', { name: '../../x', value: 3 })).toMatchObject({
      status: 400,
      error: expect.stringContaining('name'),
    })
    expect(await refused('POST', '/values', { value: 3 })).toMatchObject({
      status: 400,
      error: "'name' is a required string",
    })
    expect(await json(200, 'GET', '/values')).toHaveLength(2)
    expect((await post(server, clientPaths.login('test-aaaaa', 'anon-user'), {})).status).toBe(200)
  })
})
