import { clientPaths, type LoginWire, type ProfileWire } from '@regent/protocol'
import type { TestServer } from '@regent/server/testing'
import { expect } from 'vitest'

/** What the server refused with, beside its status. */
export type Refused = {
  readonly status: number
  readonly error: string
  readonly error_code?: string
}

/** The refusal of an answer; its form is checked on the way. */
export const refused = async (response: Response): Promise<Refused> => {
  expect(response.headers.get('content-type')).toBe('application/json')
  const { link, ...rest } = (await response.json()) as Omit<Refused, 'status'> & { link: string }
  const id = response.headers.get('x-appservices-request-id')
  expect(link.endsWith(`logs?co_id=${id}`)).toBe(true)
  return { status: response.status, ...rest }
}

export const logIn = async (
  server: TestServer,
  provider: string,
  payload: object = {},
  { clientAppId } = server.app,
): Promise<LoginWire> => {
  const response = await server.request('POST', clientPaths.login(clientAppId, provider), {
    json: payload,
  })
  expect(response.status).toBe(200)
  return (await response.json()) as LoginWire
}

export const profileOf = async (server: TestServer, bearer: string): Promise<ProfileWire> => {
  const response = await server.request('GET', clientPaths.profile(), { bearer })
  expect(response.status).toBe(200)
  return (await response.json()) as ProfileWire
}

/** Posts to a path of the test app that answers without a body; resolves to the status. */
export const post = (server: TestServer, path: string, json: object): Promise<Response> =>
  server.request('POST', path, { json })

/** Payload of a JWT, unchecked. */
export const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
