import type { Actor, CallMessage, ThreadApp, ThreadValues } from '../messages.ts'
import { dataSource } from './data-source.ts'
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

const fromJson = (text: string | undefined, otherwise: object): unknown =>
  text === undefined ? structuredClone(otherwise) : JSON.parse(text)

/**
 * The function's `context`. What is not read costs nothing.
 *
 * @see https://www.mongodb.com/docs/atlas/app-services/functions/context/
 */
export const openContext = (parts: ContextParts): object => {
  const { app, message, values, services, actor } = parts
  let user: unknown
  let request: unknown
  const ask = (service: string, action: string, args: readonly unknown[]): Promise<unknown> =>
    services.ask({ call: message.call, service, action, actor, args })

  const findService = (name: string): unknown => {
    if (name === 'http') return httpService(ask)
    return app.dataSources.includes(name) ? dataSource(name, ask) : undefined
  }
  return {
    get user() {
      user ??= fromJson(message.user, system)
      return user
    },
    get request() {
      request ??= fromJson(message.request, {})
      return request
    },
    functions: {
      execute: (name: string, ...args: unknown[]) => parts.execute(name, args),
    },
    values: {
      get: (name: string) => {
        const text = Object.hasOwn(values, name) ? values[name] : undefined
        return text === undefined ? undefined : JSON.parse(text)
      },
    },
    environment: app.environment,
    app: app.facts,
    services: { get: (name?: string) => findService(name ?? 'mongodb-atlas') },
    get http() {
      return httpService(ask)
    },
    runningAsSystem: () => 'system' in actor,
  }
}
