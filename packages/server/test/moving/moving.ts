import { adminPaths, type ImportedUsersWire, type MovedUserLine } from '@regent/protocol'
import type { TestServer } from '@regent/server/testing'
import { expect } from 'vitest'

/** Sends lines to be imported; objects are written as JSON, texts go as they are. */
export const importLines = async (
  server: TestServer,
  lines: readonly (MovedUserLine | string | object)[],
  { query = '', app = server.app }: { query?: string; app?: TestServer['app'] } = {},
): Promise<ImportedUsersWire> => {
  const body = lines
    .map(line => (typeof line === 'string' ? line : JSON.stringify(line)))
    .join('\n')
  const path = adminPaths.importUsers(server.projectId, app.id)
  const response = await server.request('POST', `${path}${query}`, {
    bearer: server.operatorKey,
    body,
    headers: { 'content-type': 'application/x-ndjson' },
  })
  expect(response.status).toBe(200)
  return (await response.json()) as ImportedUsersWire
}

/** The lines of an export. */
export const exportLines = async (
  server: TestServer,
  app: TestServer['app'] = server.app,
): Promise<MovedUserLine[]> => {
  const path = adminPaths.exportUsers(server.projectId, app.id)
  const response = await server.request('GET', path, { bearer: server.operatorKey })
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    'application/x-ndjson',
  ])
  const text = await response.text()
  return text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as MovedUserLine)
}

/** bcrypt of `password`, at the least cost. */
export const bcryptHash = '$2b$04$0UTLLR51BfKh41QhlzhOUuHjruXbBcx/Y9TzTWg1bEuUZrOApx0r.'
/** Salted SHA-256 of `password`. */
export const shaHash = '{SSHA256}eje4XIkY6sGakInA+loqtNzj+QUo3N7sEIsj3fNge5lzYWx0'

/** A person as the original listed them. */
export const listed = {
  _id: '5f3c1b2a9d8e7f6a5b4c3d2e',
  identities: [
    {
      id: '5f3c1b2a9d8e7f6a5b4c3d2f',
      provider_type: 'local-userpass',
      provider_id: '5f3c1b2a9d8e7f6a5b4c3d20',
      provider_data: { email: 'Ada@Example.com' },
    },
    { id: 'google-1', provider_type: 'oauth2-google', provider_id: '5f3c1b2a9d8e7f6a5b4c3d21' },
  ],
  type: 'normal',
  creation_date: 1_597_774_634,
  last_authentication_date: 1_600_000_000,
  disabled: false,
  data: { email: 'Ada@Example.com', name: 'Ada' },
} as const
