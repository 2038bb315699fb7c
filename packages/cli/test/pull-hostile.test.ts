import { readdir } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { adminPaths } from '@regent/protocol'
import { expect, it } from 'vitest'
import { makeFolder } from './process.ts'
import { run } from './terminal.ts'

const project = 'a'.repeat(24)
const app = 'b'.repeat(24)

/** A server that is none of ours, with one app. */
const startLiar = async (files: Readonly<Record<string, string>>) => {
  const answers: Readonly<Record<string, unknown>> = {
    [adminPaths.profile()]: { roles: [{ group_id: project }] },
    [adminPaths.apps(project)]: [{ _id: app, client_app_id: 'shop-aaaaa', name: 'shop' }],
    [adminPaths.directory(project, app)]: { files },
  }
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(answers[request.url?.split('?')[0] ?? ''] ?? {}))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, [Symbol.asyncDispose]: async () => void server.close() }
}

it.each([
  '../outside.json',
  '/tmp/outside.json',
  'values/../../outside.json',
  '.git/config',
  'functions/.git/hooks/post-checkout',
])('regent pull writes no %s, whatever the server says', async path => {
  await using folder = await makeFolder()
  await using liar = await startLiar({ [path]: 'hello' })
  const options = ['--url', liar.url]

  const refused = await run(['pull', join(folder.path, 'app'), ...options], {
    env: { REGENT_ADMIN_KEY: 'operator-key' },
  })

  expect(refused.err).toContain(`The server sent a file whose path`)
  expect(refused.err).toContain(path)
  expect(refused.code).toBe(1)
  expect(await readdir(folder.path)).toEqual([])
})
