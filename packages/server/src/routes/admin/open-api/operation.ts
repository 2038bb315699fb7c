import type { AdminRoute, Answer } from '../route.ts'
import { type NamedSchemas, type Schema, toSchema } from './schema.ts'

/** An operation object of OpenAPI. */
export type Operation = Schema & {
  readonly operationId: string
  readonly summary: string
  readonly tags: readonly string[]
  readonly 'x-access': AdminRoute['access']
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const pathParameters = ({ path }: AdminRoute): Schema[] =>
  [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))

const queryParameters = ({ query, operation }: AdminRoute, named: NamedSchemas): Schema[] => {
  if (query === undefined) return []
  const name = `${capital(operation)}Query`
  const { properties = {}, required = [] } = toSchema(query, { io: 'input', name, named })
  return Object.entries(properties as Record<string, Schema>).map(
    ([parameter, { description, ...schema }]) => ({
      name: parameter,
      in: 'query',
      required: (required as readonly string[]).includes(parameter),
      ...(description !== undefined && { description }),
      schema,
    }),
  )
}

const bodyOf = ({ body, takes, operation }: AdminRoute, named: NamedSchemas): Schema => {
  if (takes !== undefined) return { requestBody: { required: true, content: { [takes]: {} } } }
  if (body === undefined) return {}
  const schema = toSchema(body, { io: 'input', name: `${capital(operation)}Body`, named })
  const required = !body.safeParse({}).success
  return { requestBody: { required, content: { 'application/json': { schema } } } }
}

const contentOf = (answer: Answer, name: string, named: NamedSchemas): Schema => {
  if ('contentType' in answer) return { content: { [answer.contentType]: {} } }
  if (!('shape' in answer)) return {}
  const schema = toSchema(answer.shape, { io: 'output', name, named })
  return { content: { 'application/json': { schema } } }
}

const securityOf = ({ access }: AdminRoute): Schema => {
  if (access === 'open') return { security: [] }
  return access === 'refresh' ? { security: [{ refreshToken: [] }] } : {}
}

const descriptions = { 200: 'Done.', 201: 'Made.', 202: 'Begun.', 204: 'Done.' } as const

/** One row of the table as an operation; schemas that refer to themselves go to `named`. */
export const toOperation = (route: AdminRoute, named: NamedSchemas): Operation => {
  const { operation, summary, tag, access, answer } = route
  const parameters = [...pathParameters(route), ...queryParameters(route, named)]
  return {
    operationId: operation,
    summary,
    tags: [tag],
    'x-access': access,
    ...securityOf(route),
    ...(parameters.length > 0 && { parameters }),
    ...bodyOf(route, named),
    responses: {
      [answer.status]: {
        description: descriptions[answer.status],
        ...contentOf(answer, `${capital(operation)}Answer`, named),
      },
      default: { $ref: '#/components/responses/Refused' },
    },
  }
}
