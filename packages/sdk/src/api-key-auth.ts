import { clientPaths } from '@regent/protocol/paths'
import { readString, wrongType } from './arguments.ts'
import { RegentError } from './errors.ts'
import { type Request, readField } from './http/http.ts'

/** An API key of a user, without what proves it. */
export type ApiKey = {
  /** 24 hex characters. */
  _id: string
  name: string
  /** A disabled key cannot log in. */
  disabled: boolean
}

/** An API key just made. */
export type SecretApiKey = ApiKey & {
  /** What `Credentials.apiKey` takes. The server never shows it again. */
  key: string
}

type Send = (request: Request) => Promise<unknown>

const malformed = (): RegentError =>
  new RegentError({ code: 'MissingJsonKey', message: 'malformed API key' })

const readApiKey = (answer: unknown): ApiKey => {
  const { disabled } = (answer ?? {}) as Record<string, unknown>
  if (typeof disabled !== 'boolean') throw malformed()
  return { _id: readField(answer, '_id'), name: readField(answer, 'name'), disabled }
}

const hasHex = (value: unknown): value is { toHexString: () => string } =>
  typeof value === 'object' && value !== null && 'toHexString' in value

/** An id that is none would name another path. */
const readKeyId = (value: unknown): string => {
  const id = hasHex(value) ? value.toHexString() : readString(value, 'keyId')
  if (/^[0-9a-f]{24}$/i.test(id)) return id
  throw wrongType('keyId', 'a string of 24 hex characters', value)
}

/**
 * The user's own API keys: whoever has one logs in as the user. Anonymous users have none.
 *
 * All calls are made with the refresh token: when the server no longer knows the session the user is logged
 * out.
 *
 * @see realm-js `ApiKeyAuth`: names, arguments and results are the same
 */
export class ApiKeyAuth {
  readonly #send: Send

  /** @internal */
  constructor(send: Send) {
    this.#send = send
  }

  /**
   * @param keyName letters, digits, `_` and `-`; no two keys of a user have the same
   * @throws RegentError `InvalidParameter`, `APIKeyAlreadyExists`
   */
  async create(keyName: string): Promise<SecretApiKey> {
    const body = { name: readString(keyName, 'keyName') }
    const answer = await this.#send({ method: 'POST', path: clientPaths.apiKeys(), body })
    return { ...readApiKey(answer), key: readField(answer, 'key') }
  }

  /** @throws RegentError `APIKeyNotFound`, also for a key of another user */
  async fetch(keyId: string): Promise<ApiKey> {
    return readApiKey(
      await this.#send({ method: 'GET', path: clientPaths.apiKey(readKeyId(keyId)) }),
    )
  }

  async fetchAll(): Promise<ApiKey[]> {
    const answer = await this.#send({ method: 'GET', path: clientPaths.apiKeys() })
    if (!Array.isArray(answer)) throw malformed()
    return answer.map(readApiKey)
  }

  /**
   * For good: nobody logs in with the key again.
   *
   * @throws RegentError `APIKeyNotFound`, and with status 403 in a session that the key itself began
   */
  async delete(keyId: string): Promise<void> {
    await this.#send({ method: 'DELETE', path: clientPaths.apiKey(readKeyId(keyId)) })
  }

  /** Does nothing to a key that is enabled. */
  async enable(keyId: string): Promise<void> {
    await this.#send({ method: 'PUT', path: clientPaths.enableApiKey(readKeyId(keyId)) })
  }

  /** A disabled key logs nobody in, and the sessions it began cannot be refreshed. */
  async disable(keyId: string): Promise<void> {
    await this.#send({ method: 'PUT', path: clientPaths.disableApiKey(readKeyId(keyId)) })
  }
}
