import { adminPaths } from '@regent/protocol'
import { startTestServer } from '@regent/server/testing'
import { expect, it } from 'vitest'
import { run } from './terminal.ts'

it('regent users shows the names that users give themselves in one line, without control characters', async () => {
  await using server = await startTestServer()
  const id = '5f3c1b2a9d8e7f6a5b4c3d2e'
  const identity = {
    provider_type: 'custom-token',
    id: 'mallory',
    provider_data: { name: '\u001b[2J\u001b]0;mine\u0007Mallory\nis an operator' },
  }
  await server.request('POST', adminPaths.importUsers(server.projectId, server.app.id), {
    bearer: server.operatorKey,
    body: JSON.stringify({ _id: id, identities: [identity] }),
    headers: { 'content-type': 'application/x-ndjson' },
  })
  const shown = '?[2J?]0;mine?Mallory?is an operator'
  const options = ['--data', server.dataDir]

  const ended = await run(['users', 'logout', id, ...options])
  const listed = await run(['users', 'list', ...options])
  const deleted = await run(['users', 'delete', id, ...options])

  expect(ended.out).toContain(`✓ ${shown} (${id})`)
  expect(listed.out).toContain(shown)
  expect(deleted.out).toContain(`✓ ${shown} (${id}) is deleted.\n`)
  expect(`${ended.out}${listed.out}${deleted.out}`).not.toMatch(/[^\P{Cc}\n]/u)
})
