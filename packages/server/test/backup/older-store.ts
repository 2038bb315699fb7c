import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { clientPaths } from '@regent/protocol'
import type { TestServer } from '@regent/server/testing'
import { expect } from 'vitest'

/** A data folder as the first version wrote it, and what its app's users know. */
const fixture = fileURLToPath(new URL('./fixtures/store-1', import.meta.url))

export type Facts = Readonly<
  Record<
    | 'clientAppId'
    | 'email'
    | 'password'
    | 'userId'
    | 'refreshToken'
    | 'guestRefreshToken'
    | 'apiKey',
    string
  >
>

/** The app of that folder, as its server is started with it. */
export const app = {
  clientAppId: 'shop-aaaaa',
  anonymousDays: 0,
  providers: ['anon-user', 'local-userpass', 'api-key'],
  refreshTokenSeconds: 5 * 365 * 24 * 3600,
  dataSources: ['mongodb-atlas'],
} as const

export const embedded = { settings: { store: undefined } }

/** Puts that data folder where a server will find it. */
export const copyFixture = async (folder: string): Promise<Facts> => {
  const source = join('apps', 'shop-aaaaa', 'mongodb-atlas.db')
  await mkdir(join(folder, 'apps', 'shop-aaaaa'), { recursive: true })
  for (const file of ['system.db', source]) {
    const bytes = await promisify(gunzip)(await readFile(join(fixture, `${file}.gz`)))
    await writeFile(join(folder, file), bytes)
  }
  await copyFile(join(fixture, 'master.key'), join(folder, 'master.key'))
  return JSON.parse(await readFile(join(fixture, 'facts.json'), 'utf8')) as Facts
}

export const bodyOf = async (answer: Promise<Response>): Promise<Record<string, string>> => {
  const response = await answer
  expect(response.ok, `${response.status}`).toBe(true)
  return (await response.json()) as Record<string, string>
}

/** What everybody could do before. */
export const expectAllThere = async (server: TestServer, facts: Facts): Promise<void> => {
  const { clientAppId, email, password, userId, refreshToken, guestRefreshToken, apiKey } = facts
  const logIn = (provider: string, json: object) =>
    bodyOf(server.request('POST', clientPaths.login(clientAppId, provider), { json }))

  for (const bearer of [refreshToken, guestRefreshToken]) {
    await bodyOf(server.request('POST', clientPaths.session(), { bearer }))
  }
  const ada = await logIn('local-userpass', { username: email, password })
  expect(ada.user_id).toBe(userId)
  expect((await logIn('api-key', { key: apiKey })).user_id).toBe(userId)
  const call = (json: object) =>
    bodyOf(
      server.request('POST', clientPaths.callFunction(clientAppId), {
        bearer: String(ada.access_token),
        json,
      }),
    )
  const place = { database: 'shop', collection: 'notes', query: { owner: userId } }
  expect(
    await call({ name: 'findOne', service: 'mongodb-atlas', arguments: [place] }),
  ).toMatchObject({ owner: userId })
  const [own] = server.apps
  expect(await server.deps.appSecrets.read(own?.id ?? '', 'size')).toBe('large')
}
