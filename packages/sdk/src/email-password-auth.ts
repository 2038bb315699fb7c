import { clientPaths } from '@regent/protocol/paths'
import { readObject, readString } from './arguments.ts'
import type { Http } from './http/http.ts'

type Fields = Readonly<Record<string, unknown>>

const readFields = (details: unknown, names: readonly string[]): Record<string, string> => {
  const fields: Fields = readObject(details, 'details')
  return Object.fromEntries(names.map(name => [name, readString(fields[name], name)]))
}

/**
 * Registering, confirming and resetting of e-mail/password users. None of it needs a logged-in user, none
 * changes one.
 *
 * @see realm-js `EmailPasswordAuth`: names, arguments and results are the same
 */
export class EmailPasswordAuth {
  readonly #http: Pick<Http, 'send'>
  readonly #appId: string

  /** @internal */
  constructor(http: Pick<Http, 'send'>, appId: string) {
    this.#http = http
    this.#appId = appId
  }

  /**
   * @param details password: 6 to 128 characters
   * @throws RegentError `AccountNameInUse` when the address is registered, also while it is unconfirmed
   */
  async registerUser(details: { email: string; password: string }): Promise<void> {
    const body = readFields(details, ['email', 'password'])
    await this.#post(clientPaths.register(this.#appId), body)
  }

  /** @param details both are in the link of the confirmation letter */
  async confirmUser(details: { token: string; tokenId: string }): Promise<void> {
    const body = readFields(details, ['token', 'tokenId'])
    await this.#post(clientPaths.confirm(this.#appId), body)
  }

  /** @throws RegentError `UserAlreadyConfirmed`, `UserNotFound` */
  async resendConfirmationEmail(details: { email: string }): Promise<void> {
    await this.#post(clientPaths.confirmSend(this.#appId), readFields(details, ['email']))
  }

  /** Runs the app's confirmation function again. */
  async retryCustomConfirmation(details: { email: string }): Promise<void> {
    await this.#post(clientPaths.confirmCall(this.#appId), readFields(details, ['email']))
  }

  /** @param details both tokens are in the link of the reset letter */
  async resetPassword(details: {
    password: string
    token: string
    tokenId: string
  }): Promise<void> {
    const body = readFields(details, ['password', 'token', 'tokenId'])
    await this.#post(clientPaths.reset(this.#appId), body)
  }

  async sendResetPasswordEmail(details: { email: string }): Promise<void> {
    await this.#post(clientPaths.resetSend(this.#appId), readFields(details, ['email']))
  }

  /** @param args BSON values that the app's reset function gets after its first argument */
  async callResetPasswordFunction(
    details: { email: string; password: string },
    ...args: unknown[]
  ): Promise<void> {
    const body = { ...readFields(details, ['email', 'password']), arguments: args }
    await this.#post(clientPaths.resetCall(this.#appId), body)
  }

  async #post(path: string, body: Fields): Promise<void> {
    await this.#http.send({ method: 'POST', path, body })
  }
}
