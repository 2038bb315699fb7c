import type { TestServer } from '@regent/server/testing'
import { expect } from 'vitest'

/** An operator who changes the first app of a server. */
export type Admin = {
  readonly server: TestServer
  /** `path` below the app, as `/values`. */
  call(method: string, path: string, json?: unknown): Promise<Response>
  /** The answer's JSON; fails unless the status is this one. */
  json<T = Record<string, unknown>>(
    status: number,
    method: string,
    path: string,
    json?: unknown,
  ): Promise<T>
  /** Status, text and code of a refusal. */
  refused(
    method: string,
    path: string,
    json?: unknown,
  ): Promise<{ status: number; error: string; error_code?: string }>
}

export const openAdmin = (server: TestServer, appId = server.app.id): Admin => {
  const base = `/api/admin/v3.0/groups/${server.projectId}/apps/${appId}`
  const call: Admin['call'] = (method, path, json) =>
    server.request(method, `${base}${path}`, {
      bearer: server.operatorKey,
      ...(json !== undefined && { json }),
    })
  return {
    server,
    call,
    json: async (status, method, path, json) => {
      const response = await call(method, path, json)
      const text = await response.text()
      expect({ status: response.status, text }).toEqual({ status, text: expect.any(String) })
      expect(response.headers.get('content-type')).toBe(status === 204 ? null : 'application/json')
      return (text === '' ? undefined : JSON.parse(text)) as never
    },
    refused: async (method, path, json) => {
      const response = await call(method, path, json)
      const { error, error_code } = (await response.json()) as Record<string, string>
      return {
        status: response.status,
        error: error as string,
        ...(error_code !== undefined && { error_code }),
      }
    },
  }
}
