import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { fill, readCases } from './cases.ts'

/** One call of a data source on the raw wire, and what must come back. */
type DataCase = {
  readonly name: string
  readonly source: string
  /** Body of `functions/call`. */
  readonly call?: unknown
  /** Or what `baas_request` of a stream holds. */
  readonly watch?: unknown
  /** What the address of a stream has beside it. */
  readonly query?: string
  readonly bearer?: string
  readonly want: {
    readonly status: number
    readonly statusText?: string
    readonly headers?: Readonly<Record<string, string>>
    /** The whole body. */
    readonly body?: unknown
    /** Part of the error's text. */
    readonly error?: string
    readonly error_code?: string
  }
}

const functionPath = (server: TestServer): string =>
  `/api/client/v2.0/app/${server.app.clientAppId}/functions/call`

const logIn = async (server: TestServer): Promise<string> => {
  const path = functionPath(server).replace('functions/call', 'auth/providers/anon-user/login')
  const answer = await server.request('POST', path, { json: {} })
  return ((await answer.json()) as { access_token: string }).access_token
}

const post = (server: TestServer, bearer: string, call: unknown): Promise<Response> =>
  server.request('POST', functionPath(server), {
    bearer,
    body: JSON.stringify(call),
    headers: { 'content-type': 'application/json;charset=utf-8' },
  })

/** Two documents, as realm-js writes them: relaxed. */
const prepare = async (server: TestServer, bearer: string): Promise<void> => {
  const at = { $date: '2026-01-02T03:04:05.678Z' }
  const plum = { _id: 1, name: 'plum', at, price: 1.5, stock: { $numberLong: '5' } }
  const documents = [plum, { _id: 2, name: 'fig' }]
  const argument = { database: 'shop', collection: 'items', documents }
  const call = { arguments: [argument], name: 'insertMany', service: 'mongodb-atlas' }
  expect((await post(server, bearer, call)).status).toBe(200)
}

const openStream = (server: TestServer, { watch, query = '', bearer }: DataCase) => {
  const asked = encodeURIComponent(Buffer.from(JSON.stringify(watch)).toString('base64'))
  return fetch(`${server.url}${functionPath(server)}?baas_request=${asked}${query}`, {
    headers: {
      accept: 'text/event-stream',
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
    },
  })
}

const isStream = ({ headers }: Response): boolean =>
  headers.get('content-type') === 'text/event-stream'

describe('the wire of the original: data sources', () => {
  for (const written of readCases<DataCase>('./data-cases.json')) {
    it(`${written.name} [${written.source}]`, async () => {
      await using server = await startTestServer({ app: { dataSources: ['mongodb-atlas'] } })
      const access = await logIn(server)
      await prepare(server, access)
      const one = fill(written, { 'anon.access': access })
      const { want } = one

      const response = await (one.call ? post(server, access, one.call) : openStream(server, one))

      const text = isStream(response) ? '' : await response.text()
      expect({ status: response.status, text }).toMatchObject({ status: want.status })
      for (const [name, value] of Object.entries(want.headers ?? {})) {
        expect(response.headers.get(name)).toBe(value)
      }
      if (want.statusText !== undefined) expect(response.statusText).toBe(want.statusText)
      if (isStream(response)) return await response.body?.cancel()
      expect(response.headers.get('content-type')).toBe('application/json')
      const body = JSON.parse(text)
      if ('body' in want) expect(body).toEqual(want.body)
      if (want.error !== undefined) expect(body.error).toContain(want.error)
      if (want.error_code !== undefined) expect(body.error_code).toBe(want.error_code)
    })
  }
})
