import { adminPaths, clientPaths } from '@regent/protocol'
import type { TestServer } from '@regent/server/testing'

/** Somebody who logged in and wrote a document, both acknowledged. */
export type Witness = { readonly userId: string; readonly refreshToken: string }

export type Crowd = {
  /** Those so far. */
  readonly witnesses: readonly Witness[]
  /** Answers that nobody expects. */
  readonly strange: readonly string[]
  /** Resolves when there are so many more. */
  grow(by: number): Promise<void>
  stop(): Promise<void>
}

/** Where members of the crowd write, each a document that names them. */
export const notes = { database: 'shop', collection: 'notes' }

export const crowdApp = {
  providers: ['anon-user', 'local-userpass'],
  dataSources: ['mongodb-atlas'],
} as const

type Body = { user_id: string; access_token: string; refresh_token: string }

const logIn = async (server: TestServer): Promise<Body> => {
  const path = clientPaths.login(server.app.clientAppId, 'anon-user')
  const response = await server.request('POST', path, { json: {} })
  if (response.status !== 200) throw new Error(`log-in: ${await response.text()}`)
  return (await response.json()) as Body
}

const call = async (
  server: TestServer,
  bearer: string,
  { name, ...values }: { readonly name: string } & Readonly<Record<string, unknown>>,
): Promise<unknown> => {
  const path = clientPaths.callFunction(server.app.clientAppId)
  const json = { name, service: 'mongodb-atlas', arguments: [{ ...notes, ...values }] }
  const response = await server.request('POST', path, { bearer, json })
  if (response.status !== 200) throw new Error(`${name}: ${await response.text()}`)
  return response.json()
}

const join = async (server: TestServer): Promise<Witness> => {
  const { user_id: userId, access_token, refresh_token } = await logIn(server)
  await call(server, access_token, { name: 'insertOne', document: { owner: userId } })
  return { userId, refreshToken: refresh_token }
}

/** People who come one after the other, several at a time, until they are stopped. */
export const gather = (server: TestServer, atATime = 8): Crowd => {
  const witnesses: Witness[] = []
  const strange: string[] = []
  let isStopped = false
  const come = async (): Promise<void> => {
    while (!isStopped) {
      try {
        witnesses.push(await join(server))
      } catch (error) {
        strange.push(String(error))
      }
    }
  }
  const lines = Array.from({ length: atATime }, come)
  return {
    witnesses,
    strange,
    grow: async by => {
      const wanted = witnesses.length + by
      while (witnesses.length < wanted && strange.length === 0) {
        await new Promise(resolve => setTimeout(resolve, 5))
      }
    },
    stop: async () => {
      isStopped = true
      await Promise.all(lines)
    },
  }
}

/** Those who cannot go on where they were. */
export const findLost = async (
  server: TestServer,
  witnesses: readonly Witness[],
): Promise<Witness[]> => {
  const lost: Witness[] = []
  for (const witness of witnesses) {
    const { status } = await server.request('POST', clientPaths.session(), {
      bearer: witness.refreshToken,
    })
    if (status !== 201) lost.push(witness)
  }
  return lost
}

/** The owners of the documents that the data source has. */
export const ownersOf = async (server: TestServer): Promise<string[]> => {
  const { access_token } = await logIn(server)
  const found = await call(server, access_token, { name: 'find', query: {} })
  return (found as { readonly owner: string }[]).map(({ owner }) => owner)
}

export const backUpOver = (server: TestServer): Promise<Response> =>
  server.request('POST', adminPaths.backup(), { bearer: server.operatorKey })
