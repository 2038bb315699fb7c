import { AdminClient } from '@regent/sdk/admin'
import { startTestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'

/** Operations that no method of the client asks for, and why. */
const without: Readonly<Record<string, string>> = {
  getDraft: 'an app has one draft at most, which drafts.find gives',
  listProviderRegions: 'words for apps that a client of the original makes',
  getVersion: 'test programs of the SDKs ask it, to see whether a server is there',
  getPrivateFeatures: 'test programs of the SDKs ask it',
  setPrivateFeatures: 'test programs of the SDKs ask it',
  changePrivateFeatures: 'test programs of the SDKs ask it',
  getPrivateSettings: 'test programs of the SDKs ask it',
  setPrivateSettings: 'test programs of the SDKs ask it',
  changePrivateSettings: 'test programs of the SDKs ask it',
  getSyncConfig: 'Device Sync is not offered',
  setSyncConfig: 'Device Sync is not offered',
  resetSync: 'Device Sync is not offered',
  getSyncProgress: 'Device Sync is not offered',
  listSyncSchemaVersions: 'Device Sync is not offered',
  getGraphqlConfig: 'GraphQL is not offered',
  listCustomResolvers: 'GraphQL is not offered',
  getGraphqlValidation: 'GraphQL is not offered',
  getNullValidation: 'GraphQL is not offered',
  getDataApiConfig: 'the Data API is not offered',
  listDataApiVersions: 'the Data API is not offered',
  getHostingConfig: 'hosting is not offered',
  listHostingAssets: 'hosting is not offered',
  listPushNotifications: 'push notifications are not offered',
  exportDependenciesArchive: 'refused: package.json names the packages',
  listEventSubscriptions: 'the older name of triggers',
  getEventSubscription: 'the older name of triggers',
  createEventSubscription: 'the older name of triggers',
  replaceEventSubscription: 'the older name of triggers',
  deleteEventSubscription: 'the older name of triggers',
  resumeEventSubscription: 'the older name of triggers',
}

type Asked = { readonly method: string; readonly path: string }

const projectId = 'a'.repeat(24)

/** Stands for any argument: a text where a text is wanted, and an object of such values everywhere else. */
const anything: unknown = new Proxy(() => 'any', {
  get: (_target, key) => {
    if (key === Symbol.toPrimitive) return () => 'any'
    if (key === Symbol.iterator) return () => [][Symbol.iterator]()
    if (key === Symbol.asyncIterator || key === 'then') return undefined
    return key === 'toJSON' ? () => 'any' : anything
  },
  apply: () => anything,
})

const profile = {
  user_id: projectId,
  domain_id: projectId,
  identities: [],
  data: { name: 'test' },
  type: 'system',
  roles: [{ role_name: 'GROUP_OWNER', group_id: projectId }],
}

const tokens = { access_token: 'a', refresh_token: 'r', user_id: 'u', device_id: 'd' }

/** Notes what is asked; answers with the status, but who asks and for tokens as a server would. */
const recorder = (asked: Asked[], status: number): typeof fetch => {
  let isRefreshed = false
  return async (input, init) => {
    const path = new URL(String(input)).pathname
    const method = init?.method ?? 'GET'
    asked.push({ method, path })
    if (path.endsWith('/login')) return Response.json(tokens)
    if (path.endsWith('/auth/session')) {
      isRefreshed = true
      return method === 'POST' ? Response.json({ access_token: 'b' }) : new Response(null)
    }
    if (!isRefreshed) return Response.json({ error: 'invalid session' }, { status: 401 })
    if (path.endsWith('/auth/profile')) return Response.json(profile)
    return status === 200 ? Response.json([]) : Response.json({ error: 'no' }, { status })
  }
}

const settle = async (call: () => unknown): Promise<void> => {
  try {
    const result = await call()
    if (result && typeof result === 'object' && Symbol.asyncIterator in result) {
      await (result as AsyncIterable<unknown>)[Symbol.asyncIterator]().next()
    }
  } catch {
    // What was asked is noted; that the answer makes no sense is no matter.
  }
}

type Method = (...given: unknown[]) => unknown

/** Those of nouns, and of nouns within them. */
const methodsOf = (noun: object): Method[] =>
  Object.values(noun).flatMap((member): Method[] => {
    if (typeof member === 'function') return [member]
    return member && typeof member === 'object' ? methodsOf(member) : []
  })

/** Calls every method of the client with arguments that mean nothing. */
const callEverything = async (client: AdminClient): Promise<void> => {
  const app = { id: 'b'.repeat(24), clientAppId: 'shop-aaaaa', name: 'shop' }
  for (const method of methodsOf(client)) {
    for (const first of [app, 'any', anything]) {
      await settle(() => method(first, anything, anything, anything))
      await settle(() => method(first, 'any', 'any', 'any'))
      await settle(() => method(first))
    }
  }
  await settle(() => client.openApi())
  await settle(() => client.logOut())
}

const askEverything = async (): Promise<Asked[]> => {
  const asked: Asked[] = []
  const where = { baseUrl: 'http://regent.test' }
  for (const status of [200, 404]) {
    const options = { ...where, fetch: recorder(asked, status) }
    await callEverything(new AdminClient({ ...options, email: 'a@b.c', password: 'p' }))
    await callEverything(new AdminClient({ ...options, publicKey: 'p', privateKey: 'q' }))
  }
  return asked
}

type Described = { readonly operation: string; readonly method: string; readonly path: string }

/** Operations of the server, those with the most fixed words first: `/users/search` before `/users/{userId}`. */
const listOperations = async (): Promise<Described[]> => {
  await using server = await startTestServer()
  const admin = new AdminClient({ baseUrl: server.url, operatorKey: server.operatorKey })
  const { paths } = (await admin.openApi()) as {
    paths: Record<string, Record<string, { operationId: string }>>
  }
  return Object.entries(paths)
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => ({
        operation: operationId,
        method: method.toUpperCase(),
        path,
      })),
    )
    .sort((a, b) => a.path.split('{').length - b.path.split('{').length)
}

const isAsked = ({ method, path }: Described, asked: Asked): boolean =>
  asked.method === method &&
  new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+')}$`).test(asked.path)

describe('the client of the Admin API', () => {
  it('has a method for every operation of the server', async () => {
    const operations = await listOperations()
    const asked = await askEverything()
    const found = new Set(
      asked.map(one => operations.find(operation => isAsked(operation, one))?.operation),
    )

    const missing = operations.filter(({ operation }) => !found.has(operation))

    expect(missing.map(({ operation }) => operation).sort()).toEqual(Object.keys(without).sort())
    expect(found.size).toBeGreaterThan(10)
  }, 60_000)

  it('asks for nothing that the server has not', async () => {
    const operations = await listOperations()
    const asked = await askEverything()

    const strange = asked
      .filter(({ path }) => !/\/(\/|$)/.test(path))
      .filter(one => !operations.some(operation => isAsked(operation, one)))

    expect([...new Set(strange.map(({ method, path }) => `${method} ${path}`))]).toEqual([])
  }, 60_000)
})
