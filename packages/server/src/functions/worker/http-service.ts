import { Binary } from 'bson'
import { nameHeaders } from './header-names.ts'

type Ask = (service: string, action: string, args: readonly unknown[]) => Promise<unknown>

const methods = ['get', 'post', 'put', 'patch', 'delete', 'head'] as const

const withText = (answer: unknown): unknown => {
  const { body, headers } = answer as { body?: unknown; headers?: unknown }
  if (body instanceof Binary) {
    Object.defineProperty(body, 'text', { value: () => Buffer.from(body.buffer).toString('utf8') })
  }
  return { ...(answer as object), headers: nameHeaders(headers) }
}

/** `context.http`: requests that the server sends. */
export const httpService = (ask: Ask): object =>
  Object.fromEntries(
    methods.map(method => [
      method,
      async (request: unknown) => withText(await ask('http', method, [request])),
    ]),
  )
