import type { Actor, CallMessage, ThreadApp, ThreadValues } from '../messages.ts'
import { fromBytes } from '../packing.ts'
import { dataSource } from './data-source.ts'
import { nameHeaders } from './header-names.ts'
import { httpService } from './http-service.ts'
import type { ServiceCalls } from './service-calls.ts'

/** What a function of a call is run with. */
export type ContextParts = {
  readonly app: ThreadApp
  readonly values: ThreadValues
  readonly message: CallMessage
  readonly services: ServiceCalls
  readonly actor: Actor
  execute(name: string, args: readonly unknown[]): unknown
}

const system = { type: 'system', data: {}, custom_data: {}, identities: [] }

const readUser = ({ user }: CallMessage): unknown =>
  user instanceof Uint8Array ? fromBytes(user) : fromJson(user, system)

const fromJson = (text: string | undefined, otherwise: object): unknown =>
  text === undefined ? structuredClone(otherwise) : JSON.parse(text)

const readRequest = (text: string | undefined): unknown => {
  const request = fromJson(text, {}) as { requestHeaders?: unknown }
  if (request.requestHeaders !== undefined) {
    request.requestHeaders = nameHeaders(request.requestHeaders)
  }
  return request
}

type Ask = (service: string, action: string, args: readonly unknown[]) => Promise<unknown>

const findService = ({ app }: ContextParts, name: string, ask: Ask): unknown => {
  if (name === 'http') return httpService(ask)
  if (app.dataSources.includes(name)) return dataSource(name, ask)
  return app.httpServices.includes(name) ? httpService(ask) : undefined
}

const asking =
  ({ services, message, actor }: ContextParts): Ask =>
  (service, action, args) =>
    services.ask({ call: message.call, service, action, actor, args })

const readValue = ({ values }: ContextParts, name: string): unknown => {
  const text = Object.hasOwn(values, name) ? values[name] : undefined
  return text === undefined ? undefined : JSON.parse(text)
}

/** Makes each member of `context` when it is read first: most calls read few. */
const members: Readonly<Record<string, (parts: ContextParts) => unknown>> = {
  user: ({ message }) => readUser(message),
  request: ({ message }) => readRequest(message.request),
  functions: parts => ({
    execute: (name: string, ...args: unknown[]) => parts.execute(name, args),
  }),
  values: parts => ({ get: (name: string) => readValue(parts, name) }),
  environment: ({ app }) => app.environment,
  app: ({ app }) => app.facts,
  services: parts => ({
    get: (name = 'mongodb-atlas') => findService(parts, name, asking(parts)),
  }),
  http: parts => httpService(asking(parts)),
  runningAsSystem:
    ({ actor }) =>
    () =>
      'system' in actor,
}

const partsOf = Symbol('parts')

type Context = { [partsOf]: ContextParts }

const prototype = Object.freeze(
  Object.defineProperties(
    {},
    Object.fromEntries(
      Object.entries(members).map(([name, make]) => [
        name,
        {
          enumerable: true,
          get(this: Context) {
            const value = make(this[partsOf])
            Object.defineProperty(this, name, { value, enumerable: true, writable: true })
            return value
          },
        },
      ]),
    ),
  ),
)

/**
 * The function's `context`. What is not read costs nothing.
 *
 * @see https://www.mongodb.com/docs/atlas/app-services/functions/context/
 */
export const openContext = (parts: ContextParts): object => {
  const context = Object.create(prototype)
  Object.defineProperty(context, partsOf, { value: parts })
  return context
}
