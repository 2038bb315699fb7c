import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { clientPaths, serverPaths } from '@regent/protocol'
import { startTestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { ada, attempt, logInAda, newestToken, register } from './people.ts'

describe('a secret', () => {
  it('is in no log line after everything was done with it, right and wrong', async () => {
    await using server = await startTestServer({ settings: { logLevel: 'debug' } })
    const app = 'test-aaaaa'
    await register(server)
    const { access_token, refresh_token } = await logInAda(server)
    const wrong = 'a wrong password'
    await attempt(server, { password: wrong })
    await attempt(server, { email: 'eve@example.com', password: wrong })
    await server.request('POST', clientPaths.resetSend(app), { json: { email: ada.email } })
    const { token = '', tokenId = '' } = await newestToken(server)
    const password = 'the newest secret'
    const everywhere = [access_token, refresh_token, server.operatorKey, wrong]

    for (const bearer of everywhere) {
      for (const path of [clientPaths.profile(), clientPaths.session(), clientPaths.deleteUser()]) {
        for (const method of ['GET', 'POST', 'PUT']) {
          const query = new URLSearchParams({ token, tokenId, password, baas_at: access_token })
          await server.request(method, `${path}?${query}`, { bearer })
        }
      }
    }
    const json = { token, tokenId, password }
    await server.request('POST', clientPaths.reset(app), { json: { ...json, password: '1' } })
    await server.request(
      'GET',
      `${serverPaths.resetPage()}?${new URLSearchParams({ app, ...json })}`,
    )
    await server.request('POST', clientPaths.reset(app), { body: JSON.stringify(json).slice(1) })
    await server.request('POST', clientPaths.reset(app), { json })
    await server.request('POST', clientPaths.reset(app), { json })

    const lines = server.logs()
    const text = JSON.stringify(lines.filter(({ msg }) => msg !== 'letter'))
    expect(lines.length).toBeGreaterThan(40)
    for (const secret of [...everywhere, ada.password, password, token, tokenId]) {
      expect(text).not.toContain(secret)
    }
    expect(text).not.toContain(refresh_token.split('.')[2])
  })

  it('is in no file that others on the machine can read, nor in the clear in any', async () => {
    await using server = await startTestServer()
    await register(server)
    const { refresh_token } = await logInAda(server)
    await server.request('POST', clientPaths.resetSend('test-aaaaa'), {
      json: { email: ada.email },
    })
    const names = await readdir(server.dataDir, { recursive: true })

    expect(names.length).toBeGreaterThan(4)
    for (const name of names) {
      const path = join(server.dataDir, name)
      const { mode } = await stat(path)
      expect((mode & 0o077).toString(8), name).toBe('0')
      const bytes = await readFile(path)
      for (const secret of [ada.password, refresh_token])
        expect(bytes.includes(secret), name).toBe(false)
    }
  })
})
