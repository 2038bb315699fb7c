import type { TestServer } from '@regent/server/testing'

/** Asks the Admin API with the operator key; the answer's JSON. @throws Error with the answer when it is a refusal */
export const asOperator = async <T>(
  server: TestServer,
  method: string,
  path: string,
  json?: unknown,
): Promise<T> => {
  const response = await server.request(method, path, {
    bearer: server.operatorKey,
    ...(json !== undefined && { json }),
  })
  const text = await response.text()
  if (response.status >= 400) throw new Error(`${method} ${path}: ${response.status} ${text}`)
  return (text === '' ? undefined : JSON.parse(text)) as T
}
