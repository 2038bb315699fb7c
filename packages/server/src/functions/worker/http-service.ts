import { Binary } from 'bson'

type Ask = (service: string, action: string, args: readonly unknown[]) => Promise<unknown>

const methods = ['get', 'post', 'put', 'patch', 'delete', 'head'] as const

const withText = (answer: unknown): unknown => {
  const { body } = answer as { body?: unknown }
  if (body instanceof Binary) {
    Object.defineProperty(body, 'text', { value: () => Buffer.from(body.buffer).toString('utf8') })
  }
  return answer
}

/** `context.http`: requests that the server sends. */
export const httpService = (ask: Ask): object =>
  Object.fromEntries(
    methods.map(method => [
      method,
      async (request: unknown) => withText(await ask('http', method, [request])),
    ]),
  )
