import { z } from 'zod'

/** Body of a new API key. The name is checked by the server's own rows of refusals: native SDKs show their texts. */
export const apiKeyBody = z.object({ name: z.unknown().optional() })

/** Payload of `api-key`. */
export const apiKeyPayload = z.object({ key: z.string() })

/**
 * An API key as its user sees it: exactly these fields, since realm-web hands the answer on as it is.
 *
 * @see realm-core `app.cpp` (`UserAPIKey`); realm-web `ApiKeyAuth.ts`
 */
export type ApiKeyWire = {
  /** 24 hex characters. */
  readonly _id: string
  readonly name: string
  readonly disabled: boolean
}

/** Answer to the making of a key: the only time that the key itself is told. */
export type NewApiKeyWire = ApiKeyWire & {
  /** 64 letters and digits, beginning with `rgk`. */
  readonly key: string
}
