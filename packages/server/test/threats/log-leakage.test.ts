import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { adminPaths, clientPaths, serverPaths } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { logIn } from '../client/clients.ts'
import { ada, attempt, newestToken } from './people.ts'

const app = {
  clientAppId: 'test-aaaaa',
  providers: [
    'anon-user',
    'api-key',
    { type: 'local-userpass', config: { autoConfirm: false } },
    { type: 'custom-function', config: { authFunctionName: 'letIn' } },
  ],
  functions: {
    letIn: 'exports = ({ pin }) => { console.log("somebody", typeof pin); return "known" }',
    careless: 'exports = token => { console.log("got", token); throw new Error("bad " + token) }',
    quiet: 'exports = (...args) => args.length',
  },
} as const

const wrong = 'a wrong password'
const newPassword = 'the newest secret'
const secretValue = 'value of the door secret'
const pin = 'pin-of-somebody-90210'
const argument = 'argument-of-a-function-4711'
const operatorPassword = 'the operator says friend'

/** Everything that a client does, right and wrong; gives what nobody else may see. */
const playClients = async (server: TestServer): Promise<string[]> => {
  const { clientAppId } = app
  const post = (path: string, json: object, bearer?: string) =>
    server.request('POST', path, { json, ...(bearer !== undefined && { bearer }) })
  await post(clientPaths.register(clientAppId), ada)
  const confirmation = await newestToken(server)
  await post(clientPaths.confirm(clientAppId), { ...confirmation, token: 'x'.repeat(40) })
  await post(clientPaths.confirm(clientAppId), confirmation)
  await attempt(server, { password: wrong })
  await attempt(server, { email: wrong, password: wrong })
  const payload = { username: ada.email, password: ada.password }
  const user = await logIn(server, 'local-userpass', payload)
  const guest = await logIn(server, 'custom-function', { pin })
  const made = await post(clientPaths.apiKeys(), { name: 'ci' }, user.refresh_token)
  const { key } = (await made.json()) as { key: string }
  await logIn(server, 'api-key', { key })
  await post(clientPaths.login(clientAppId, 'api-key'), { key: `${key}x` })
  for (const name of ['careless', 'quiet', 'nowhere']) {
    const json = { name, arguments: [user.access_token, argument] }
    await post(clientPaths.callFunction(clientAppId), json, user.access_token)
  }
  for (const bearer of [user.access_token, user.refresh_token, guest.access_token, wrong]) {
    for (const path of [clientPaths.profile(), clientPaths.session(), clientPaths.apiKeys()]) {
      const query = new URLSearchParams({ token: key, password: wrong, baas_at: bearer })
      await server.request('GET', `${path}?${query}`, { bearer })
      await server.request('POST', `${path}?${query}`, { bearer, json: { name: wrong } })
    }
  }
  await post(clientPaths.resetSend(clientAppId), { email: ada.email })
  const reset = await newestToken(server)
  await post(clientPaths.reset(clientAppId), { ...reset, password: '1' })
  await post(clientPaths.reset(clientAppId), { ...reset, password: newPassword })
  const tokens = [confirmation.token, confirmation.tokenId, reset.token, reset.tokenId]
  const { access_token, refresh_token } = user
  const signature = refresh_token.split('.')[2] ?? ''
  return [...tokens.map(token => token ?? ''), key, access_token, refresh_token, signature]
}

/** What operators do, right and wrong. */
const playOperators = async (server: TestServer): Promise<void> => {
  const { projectId, operatorKey: bearer } = server
  const secrets = adminPaths.secrets(projectId, server.app.id)
  const json = { name: 'door', value: secretValue }
  await server.request('POST', secrets, { json })
  await server.request('POST', secrets, { json, bearer })
  await server.request('POST', secrets, { json, bearer })
  await server.request('PUT', adminPaths.secret(projectId, server.app.id, 'door'), { json, bearer })
  const operator = { email: 'grace@example.com', password: operatorPassword, role: 'full' }
  await server.request('POST', adminPaths.operators(), { json: operator, bearer })
  for (const password of [operatorPassword, wrong]) {
    const credentials = { username: operator.email, password }
    await server.request('POST', adminPaths.operatorLogIn(), { json: credentials })
  }
  const swapped = { username: operatorPassword, password: operator.email }
  await server.request('POST', adminPaths.operatorLogIn(), { json: swapped })
}

const bytesOfLogs = async ({ dataDir }: TestServer): Promise<Buffer[]> => {
  const names = (await readdir(dataDir)).filter(name => name.startsWith('logs.db'))
  return Promise.all(names.map(name => readFile(join(dataDir, name))))
}

describe('what happened, once everything has', () => {
  it('holds no password, token, key, secret or argument of anybody', async () => {
    await using server = await startTestServer({ app, settings: { logLevel: 'debug' } })
    const tokens = await playClients(server)
    await playOperators(server)

    const { activity } = server.deps
    const entries = await activity.find({ limit: 1_000 })
    const rows = await activity.audit.find({ limit: 1_000 })
    const metrics = await (await server.request('GET', serverPaths.metrics())).text()
    const lines = server.logs().filter(({ msg }) => msg !== 'letter')

    expect(entries.length).toBeGreaterThan(20)
    expect(rows.length).toBeGreaterThan(6)
    const passwords = [ada.password, wrong, newPassword, operatorPassword]
    const others = [secretValue, pin, argument, server.operatorKey]
    const text = JSON.stringify([entries, rows, metrics, lines])
    const files = await bytesOfLogs(server)
    for (const secret of [...tokens, ...passwords, ...others]) {
      expect(secret.length).toBeGreaterThan(5)
      expect(text.includes(secret), secret).toBe(false)
      for (const bytes of files) expect(bytes.includes(secret), secret).toBe(false)
    }
    if (server.deps.config.store === undefined) expect(files.length).toBeGreaterThan(0)
  })
})
