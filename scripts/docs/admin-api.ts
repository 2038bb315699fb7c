import { adminTable } from '../../packages/server/src/routes/admin/index.ts'
import {
  describeApi,
  type OpenApi,
} from '../../packages/server/src/routes/admin/open-api/describe.ts'
import type { Operation } from '../../packages/server/src/routes/admin/open-api/operation.ts'
import { cell, code, table } from './table.ts'

type Schema = {
  readonly $ref?: string
  readonly type?: unknown
  readonly properties?: Readonly<Record<string, unknown>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
}

type Content = Readonly<Record<string, { readonly schema?: Schema }>>
type Row = { readonly method: string; readonly path: string; readonly operation: Operation }

const rights: Readonly<Record<Operation['x-access'], string>> = {
  open: 'anybody',
  refresh: 'refresh token',
  read: 'read',
  write: 'full',
}

/** The page of the Admin API. */
export function adminApiPage(): string {
  const document = describeApi(adminTable)
  const rows = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  )
  const tags = [...new Set(rows.map(({ operation }) => operation.tags[0] ?? ''))].sort()
  const sections = tags.map(
    tag => `## ${tag}

${table(
  ['call', 'rights', 'sent', 'answered', 'what it does'],
  rows.filter(({ operation }) => operation.tags[0] === tag).map(row => toCells(row, document)),
)}`,
  )
  return `# Admin API

Paths begin with \`/api/admin/v3.0\`, and \`…\` stands for \`/groups/{projectId}/apps/{appId}\`: the project id is
\`roles[0].group_id\` of \`/auth/profile\`, the app id the \`_id\` of \`/groups/{projectId}/apps\`. \`?\` marks what may be left out.
What is not named is ignored. The server says all of this, with types, as OpenAPI 3.1 at \`/api/admin/v3.0/openapi.json\`.

${sections.join('\n')}`
}

const toCells = ({ method, path, operation }: Row, document: OpenApi): readonly string[] => [
  code(`${method.toUpperCase()} ${shorten(path)}`),
  rights[operation['x-access']],
  describeSent(operation, document),
  describeAnswer(operation, document),
  cell(operation.summary),
]

const shorten = (path: string): string =>
  path.replace('/api/admin/v3.0', '').replace('/groups/{projectId}/apps/{appId}', '…')

const describeSent = ({ parameters, requestBody }: Operation, document: OpenApi): string => {
  const query = ((parameters ?? []) as { name: string; in: string; required: boolean }[])
    .filter(parameter => parameter.in === 'query')
    .map(({ name, required }) => code(`${name}${required ? '' : '?'}`))
  const { content } = (requestBody ?? {}) as { readonly content?: Content }
  return [
    ...(query.length > 0 ? [`query ${query.join(' ')}`] : []),
    ...(content ? [describeContent(content, document)] : []),
  ].join('; ')
}

const describeAnswer = ({ responses }: Operation, document: OpenApi): string => {
  const [status = '', response] = Object.entries(responses as Record<string, unknown>)[0] ?? []
  const { content } = response as { readonly content?: Content }
  return content ? `${status} ${describeContent(content, document)}` : status
}

const describeContent = (content: Content, document: OpenApi): string => {
  const [type = '', { schema } = {}] = Object.entries(content)[0] ?? []
  return schema ? describeSchema(schema, document) : code(type)
}

const describeSchema = (schema: Schema, document: OpenApi): string => {
  const { $ref, type, properties, required = [], items, anyOf } = schema
  if ($ref !== undefined) {
    const named = document.components.schemas[$ref.split('/').at(-1) ?? '']
    return named ? describeSchema(named as Schema, document) : ''
  }
  if (items) return `list of ${describeSchema(items, document)}`
  if (properties) {
    const names = Object.keys(properties)
    return names.map(name => code(`${name}${required.includes(name) ? '' : '?'}`)).join(' ')
  }
  if (anyOf) return anyOf.map(one => describeSchema(one, document)).join(', or ')
  return typeof type === 'string' ? type : 'anything'
}
