import { clientPaths } from '@regent/protocol/paths'
import { readString } from './arguments.ts'
import type { Request } from './http/http.ts'

type Send = (request: Request) => Promise<unknown>

/**
 * Registers this device for push messages of a service. Regent sends none: each call rejects as the original
 * does for a service that an app does not have, so that a program that calls it goes on.
 *
 * @see realm-js `PushClient`: names and arguments are the same
 */
export class PushClient {
  readonly #send: Send
  readonly #path: string

  /** @internal */
  constructor(send: Send, appId: string, serviceName: string) {
    this.#send = send
    this.#path = clientPaths.pushRegistration(appId, readString(serviceName, 'serviceName'))
  }

  /** @throws RegentError `ServiceNotFound` */
  async register(token: string): Promise<void> {
    const body = { registrationToken: readString(token, 'token') }
    await this.#send({ method: 'PUT', path: this.#path, body })
  }

  /** @throws RegentError `ServiceNotFound` */
  async deregister(): Promise<void> {
    await this.#send({ method: 'DELETE', path: this.#path })
  }
}
