import { adminPaths } from '@regent/protocol'
import { startTestServer } from '@regent/server/testing'
import { Validator } from '@seriousme/openapi-schema-validator'
import { fastify } from 'fastify'
import { describe, expect, it } from 'vitest'
import type { HttpContext } from '../../src/http/context.ts'
import { adminRoutes, adminTable } from '../../src/routes/admin/index.ts'
import type { OpenApi } from '../../src/routes/admin/open-api/describe.ts'
import { logIn } from '../client/clients.ts'

/** Every route below the Admin API that the server answers on, as `GET /path/{id}`. */
const servedRoutes = async (): Promise<string[]> => {
  const server = fastify()
  const served: string[] = []
  server.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) {
      if (one !== 'HEAD') served.push(`${one} ${url.replace(/:(\w+)/g, '{$1}')}`)
    }
  })
  adminRoutes(server, { operators: {}, projectId: '' } as HttpContext, 'key')
  await server.ready()
  return served.sort()
}

const described = ({ paths }: OpenApi): string[] =>
  Object.entries(paths)
    .flatMap(([path, methods]) =>
      Object.keys(methods).map(method => `${method.toUpperCase()} ${path}`),
    )
    .sort()

describe('the OpenAPI description', () => {
  it('is OpenAPI 3.1, and anybody may read it', async () => {
    await using server = await startTestServer()

    const response = await server.request('GET', adminPaths.openApi())
    const document = (await response.json()) as OpenApi
    const verdict = await new Validator().validate({ ...document })

    expect(response.headers.get('content-type')).toBe('application/json')
    expect(document.openapi).toBe('3.1.0')
    expect(verdict).toMatchObject({ valid: true })
    expect(described(document)).toContain('GET /api/admin/v3.0/auth/profile')
  })

  it('names every route that is served, and no other', async () => {
    await using server = await startTestServer()
    const response = await server.request('GET', adminPaths.openApi())

    expect(described((await response.json()) as OpenApi)).toEqual(await servedRoutes())
  })

  it('gives every operation a name of its own', () => {
    const names = adminTable.map(({ operation }) => operation)

    expect(new Set(names).size).toBe(names.length)
  })

  it('says of every list and setting of an app what is answered, no more and no less', async () => {
    await using server = await startTestServer({
      app: {
        providers: ['anon-user', 'local-userpass', 'api-key'],
        functions: { sum: 'exports = (a, b) => a + b' },
      },
    })
    await logIn(server, 'anon-user')
    const plain = adminTable.filter(
      ({ method, path, answer }) =>
        method === 'GET' && 'shape' in answer && !/:(?!projectId|appId)/.test(path),
    )

    for (const { path, answer, operation } of plain) {
      const url = path.replace(':projectId', server.projectId).replace(':appId', server.app.id)
      const response = await server.request('GET', url, { bearer: server.operatorKey })
      const body: unknown = await response.json()

      expect(response.status, operation).toBe(200)
      if ('shape' in answer) expect(answer.shape.parse(body), operation).toEqual(body)
    }
    expect(plain.length).toBeGreaterThan(20)
  }, 60_000)

  it('says what is sent, what is answered, and who may', async () => {
    await using server = await startTestServer()
    const response = await server.request('GET', adminPaths.openApi())
    const { paths } = (await response.json()) as OpenApi
    const all = paths['/api/admin/v3.0/groups/{projectId}/apps/{appId}/secrets']

    expect(all?.post).toMatchObject({
      operationId: 'createSecret',
      tags: ['secrets'],
      'x-access': 'write',
      parameters: [
        { name: 'projectId', in: 'path', required: true },
        { name: 'appId', in: 'path', required: true },
      ],
      requestBody: {
        required: true,
        content: { 'application/json': { schema: { required: ['name', 'value'] } } },
      },
      responses: {
        201: { content: { 'application/json': { schema: { required: ['_id', 'name'] } } } },
        default: { $ref: '#/components/responses/Refused' },
      },
    })
    expect(paths['/api/admin/v3.0/auth/session']?.delete).toMatchObject({
      security: [{ refreshToken: [] }],
      responses: { 204: { description: 'Done.' } },
    })
  })
})
