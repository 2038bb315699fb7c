import type { AdminRoute } from '../route.ts'
import { type Operation, toOperation } from './operation.ts'
import type { Schema } from './schema.ts'

/** An OpenAPI 3.1 document. */
export type OpenApi = {
  readonly openapi: string
  /** By path, then by method in lower case. */
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> } & Schema
} & Schema

const refusal: Schema = {
  type: 'object',
  required: ['error', 'link'],
  properties: {
    error: { type: 'string', description: 'What is wrong.' },
    error_code: { type: 'string', description: 'Absent where the refusal has none.' },
    link: { type: 'string', description: 'Address of the log entries of this request.' },
  },
}

const bearer = (description: string): Schema => ({ type: 'http', scheme: 'bearer', description })

const info: Schema = {
  title: 'Regent Admin API',
  version: '3.0',
  description:
    'Manages apps, their users and the server. Query parameters and body fields that are not named are ignored. Every answer names its request in x-appservices-request-id.',
}

/** `/users/:userId` as OpenAPI writes it. */
export const toTemplate = (path: string): string => path.replace(/:(\w+)/g, '{$1}')

const pathsOf = (routes: readonly AdminRoute[], named: Map<string, Schema>): OpenApi['paths'] => {
  const paths: Record<string, Record<string, Operation>> = {}
  for (const route of routes) {
    const path = toTemplate(route.path)
    const methods = paths[path] ?? {}
    paths[path] = { ...methods, [route.method.toLowerCase()]: toOperation(route, named) }
  }
  return paths
}

/** Says in OpenAPI's words what the rows of the table say. */
export const describeApi = (routes: readonly AdminRoute[]): OpenApi => {
  const named = new Map<string, Schema>()
  const paths = pathsOf(routes, named)
  const tags = [...new Set(routes.map(({ tag }) => tag))].sort()
  return {
    openapi: '3.1.0',
    info,
    servers: [{ url: '/' }],
    tags: tags.map(name => ({ name })),
    security: [{ operator: [] }],
    paths,
    components: {
      schemas: { Refusal: refusal, ...Object.fromEntries(named) },
      responses: {
        Refused: {
          description: 'Refused; nothing was changed.',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Refusal' } } },
        },
      },
      securitySchemes: {
        operator: bearer("An operator's access token, or the operator key of the data folder."),
        refreshToken: bearer('The refresh token of the session.'),
      },
    },
  }
}
