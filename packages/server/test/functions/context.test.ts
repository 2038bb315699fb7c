import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Binary } from 'bson'
import { describe, expect, it } from 'vitest'
import { call, failure, person, serveFunctions } from './apps.ts'

const whole = {
  user: 'exports = () => context.user',
  request: 'exports = () => context.request',
  agents:
    'exports = () => ["User-Agent", "user-agent"].map(name => context.request.requestHeaders[name])',
  system: 'exports = () => context.runningAsSystem()',
}

describe('context.user', () => {
  it('is the caller, with identities and custom data', async () => {
    await using server = await serveFunctions(whole)
    const { deps, app } = server

    const user = await deps.functions.run(app, {
      name: 'user',
      args: [],
      caller: person,
      customData: { staff: true },
    })

    expect(user).toEqual({
      id: person.id,
      type: 'normal',
      data: { email: 'ada@example.com' },
      custom_data: { staff: true },
      identities: [
        {
          id: 'ada@example.com',
          provider_type: 'local-userpass',
          providerType: 'local-userpass',
          data: { email: 'ada@example.com' },
        },
      ],
    })
  })

  it('is the system where nobody calls', async () => {
    await using server = await serveFunctions(whole)

    expect(await call(server, 'user')).toEqual({
      type: 'system',
      data: {},
      custom_data: {},
      identities: [],
    })
    expect(await call(server, 'request')).toEqual({})
  })
})

describe('context.request', () => {
  it('says where the call comes from', async () => {
    await using server = await serveFunctions(whole)
    const request = {
      remoteIPAddress: '203.0.113.7',
      requestHeaders: { 'user-agent': ['test'], 'x-b3-traceid': ['1'] },
      httpMethod: 'POST',
    }
    const { deps, app } = server
    const ask = (name: string) =>
      deps.functions.run(app, { name, args: [], caller: person, request })

    expect(await ask('request')).toEqual({
      ...request,
      requestHeaders: { 'User-Agent': ['test'], 'X-B3-Traceid': ['1'] },
    })
    expect(await ask('agents')).toEqual([['test'], ['test']])
  })
})

describe('context.runningAsSystem', () => {
  it('is as the function says, whoever calls', async () => {
    await using server = await serveFunctions({
      plain: whole.system,
      system: { source: whole.system, runAsSystem: true },
      somebody: { source: whole.system, runAsUserId: person.id },
      chosen: {
        source: whole.system,
        runAsUserIdScriptSource:
          'exports = async how => how === "system" ? { runAsSystem: true } : how',
      },
      caller: { source: 'exports = () => context.user.id', runAsSystem: true },
      nested: {
        source: 'exports = () => context.functions.execute("plain")',
        runAsSystem: true,
      },
    })
    const { deps, app } = server
    const as = (name: string, ...args: unknown[]) =>
      deps.functions.run(app, { name, args, caller: person })

    expect(await as('plain')).toBe(false)
    expect(await call(server, 'plain')).toBe(true)
    expect(await as('system')).toBe(true)
    expect(await as('somebody')).toBe(false)
    expect(await as('chosen', 'system')).toBe(true)
    expect(await as('chosen', person.id)).toBe(false)
    expect(await as('caller')).toBe(person.id)
    expect(await as('nested')).toBe(false)
    expect(await failure(server, 'chosen', 7)).toEqual({
      problem: 'threw',
      message: 'the function that says whom to run as gave neither a user id nor runAsSystem',
    })
  })
})

describe('context.functions.execute', () => {
  it('runs another function of the app, a private one too', async () => {
    await using server = await serveFunctions({
      outer:
        'exports = async n => [context.functions.execute("inner", n), await context.functions.execute("later", n)]',
      inner: { source: 'exports = n => n + 1', private: true },
      later: 'exports = async n => n + 2',
      wrong: 'exports = () => context.functions.execute("nowhere")',
    })

    expect(await call(server, 'outer', 1)).toEqual([2, 3])
    expect(await failure(server, 'wrong')).toEqual({
      problem: 'threw',
      message: "function not found: 'nowhere'",
    })
  })
})

describe('context.values, environment and app', () => {
  it('are those of the app, and cannot be changed for the next call', async () => {
    await using server = await serveFunctions(
      {
        values:
          'exports = name => { const value = context.values.get(name); if (value?.list) value.list.push(9); return value }',
        environment:
          'exports = () => { context.environment.values.db = "mine"; return context.environment }',
        app: 'exports = () => context.app',
      },
      {
        values: { greeting: 'hello', limits: { list: [1] } },
        environment: { tag: 'qa', values: { db: 'test' } },
      },
    )

    expect(await call(server, 'values', 'greeting')).toBe('hello')
    for (const _ of [1, 2]) expect(await call(server, 'values', 'limits')).toEqual({ list: [1, 9] })
    expect(await call(server, 'values', 'toString')).toBeUndefined()
    for (const _ of [1, 2]) {
      expect(await call(server, 'environment')).toEqual({ tag: 'qa', values: { db: 'test' } })
    }
    const region = { deploymentModel: 'LOCAL', providerRegion: 'aws-eu-west-1' } as const
    const app = { ...server.app, region, deployedAt: 1 }
    const said = await server.deps.functions.run(app, { name: 'app', args: [], caller: undefined })
    expect(said).toEqual({
      id: server.app.id,
      clientAppId: server.app.clientAppId,
      name: server.app.name,
      projectId: server.projectId,
      deployment: { model: 'LOCAL', providerRegion: 'aws-eu-west-1' },
      lastDeployed: new Date(1).toISOString(),
      hostingUri: '',
    })
  })

  it('show a changed secret within seconds, and the log never', async () => {
    await using server = await serveFunctions({
      read: 'exports = () => { console.log("it is " + context.values.get("apiKey")); return context.values.get("apiKey") }',
      fail: 'exports = () => { throw new Error("wrong key " + context.values.get("apiKey")) }',
    })
    const { deps } = server
    const values = [{ name: 'apiKey', value: 'theKey', fromSecret: true }]
    const app = { ...server.app, values, deployedAt: 1 }
    const read = () => deps.functions.run(app, { name: 'read', args: [], caller: undefined })

    expect(await read()).toBeUndefined()
    await deps.appSecrets.write(app.id, 'theKey', 'first secret')
    server.advance(5_000)
    expect(await read()).toBe('first secret')
    await deps.appSecrets.write(app.id, 'theKey', 'second secret')
    server.advance(5_000)
    expect(await read()).toBe('second secret')
    expect(server.logs().at(-1)?.printed).toEqual(['it is [secret]'])
    const failing = deps.functions.run(app, { name: 'fail', args: [], caller: undefined })
    await expect(failing).rejects.toThrow('wrong key [secret]')
    expect(server.logs().at(-1)).toMatchObject({ error: 'wrong key [secret]' })
    expect(JSON.stringify(server.logs())).not.toContain('second secret')
  })
})

describe('context.services', () => {
  it('has the data sources of the app, and nothing else', async () => {
    await using server = await serveFunctions(
      {
        find: 'exports = () => context.services.get("mongodb-atlas").db("shop").collection("orders").findOne({})',
        list: 'exports = () => context.services.get("mongodb-atlas").db("shop").collection("orders").find({}).toArray()',
        other: 'exports = () => typeof context.services.get("twilio")',
      },
      { dataSources: ['mongodb-atlas'] },
    )

    expect(await call(server, 'find')).toBeNull()
    expect(await call(server, 'list')).toEqual([])
    expect(await call(server, 'other')).toBe('undefined')
  })
})

describe('context.http', () => {
  const listen = async (before?: () => Promise<void>) => {
    const server = createServer(async (request, response) => {
      await before?.()
      let body = ''
      for await (const chunk of request) body += String(chunk)
      response.setHeader('x-seen', [`${request.method}`, body])
      response.setHeader('x-path', request.url ?? '')
      response.statusCode = 201
      response.end(request.headers['content-type'] ?? 'nothing')
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      [Symbol.asyncDispose]: async () => {
        await new Promise(resolve => server.close(resolve))
      },
    }
  }

  it('asks other servers, as the service named http does', async () => {
    await using other = await listen()
    await using server = await serveFunctions({
      post: `exports = async url => {
        const answer = await context.http.post({ url, body: { a: 1 }, encodeBodyAsJSON: true, headers: { "x-a": ["b"] } })
        return { status: answer.status, code: answer.statusCode, text: answer.body.text(), seen: answer.headers["x-seen"], listed: answer.headers["X-Seen"] } }`,
      parts: `exports = async host =>
        (await context.http.get({ scheme: 'http', host, path: '/a b', query: { x: ['1', '2'], y: '&' } })).headers['X-Path']`,
      get: 'exports = async url => (await context.services.get("http").get({ url })).body',
    })

    expect(await call(server, 'post', other.url)).toEqual({
      status: '201 Created',
      code: 201,
      text: 'application/json',
      seen: ['POST', '{"a":1}'],
      listed: ['POST', '{"a":1}'],
    })
    expect(await call(server, 'parts', new URL(other.url).host)).toEqual(['/a%20b?x=1&x=2&y=%26'])
    expect(await call(server, 'get', other.url)).toEqual(new Binary(Buffer.from('nothing')))
  })

  it('is what a service of type http is, too, under its own name', async () => {
    await using other = await listen()
    await using server = await serveFunctions({
      get: 'exports = async (name, url) => (await context.services.get(name)?.get({ url }))?.statusCode',
    })
    const { deps } = server
    const app = { ...server.app, httpServices: ['hooks'], deployedAt: 1 }
    const get = (name: string) =>
      deps.functions.run(app, { name: 'get', args: [name, other.url], caller: undefined })

    expect(await get('hooks')).toBe(201)
    expect(await get('hook')).toBeUndefined()
  })

  it('is refused private addresses, unless the settings allow them', async () => {
    await using other = await listen()
    await using server = await serveFunctions(
      { get: 'exports = url => context.http.get({ url })' },
      {},
      { privateAddresses: [] },
    )

    expect((await failure(server, 'get', other.url)).problem).toBe('threw')
    expect(await failure(server, 'get', 7)).toEqual({
      problem: 'threw',
      message: 'http.get needs a url',
    })
  })

  it('asks 25 at a time, and what a function left running asks no more', async () => {
    let [now, most] = [0, 0]
    const enough = Promise.withResolvers<void>()
    await using other = await listen(async () => {
      now += 1
      most = Math.max(most, now)
      if (now === 25) enough.resolve()
      await Promise.race([enough.promise, new Promise(resolve => setTimeout(resolve, 5_000))])
      await new Promise(resolve => setTimeout(resolve, 20))
      now -= 1
    })
    await using server = await serveFunctions({
      many: `exports = async url => {
        const all = await Promise.all(Array.from({ length: 60 }, () => context.http.get({ url })))
        return all.map(({ statusCode }) => statusCode) }`,
      leave: `exports = url => {
        require("node:timers/promises").setTimeout(1).then(() => context.http.get({ url })) }`,
      wait: 'exports = () => new Promise(resolve => setTimeout(resolve, 5))',
    })

    expect(await call(server, 'many', other.url)).toEqual(Array(60).fill(201))
    expect(most).toBe(25)

    most = 0
    for (let round = 0; round < 30; round += 1) {
      await call(server, 'leave', other.url)
      await call(server, 'wait')
    }
    expect(most).toBe(0)
    expect(server.logs().filter(({ printed }) => printed)).toEqual([])
    expect(await call(server, 'many', other.url)).toEqual(Array(60).fill(201))
  })
})
