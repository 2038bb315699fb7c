/** How a token that somebody else signed is checked. Nothing of it comes from the token. */
export type TokenTrust = {
  /** Where the signer's keys are (a JWK set), or the keys themselves: PEM public keys, or shared secrets for HS256. */
  readonly keys: { readonly jwksUri: string } | { readonly texts: readonly string[] }
  readonly algorithms: readonly ('HS256' | 'RS256' | 'ES256' | 'EdDSA')[]
  /** Accepted values of `iss`; absent takes any. */
  readonly issuers?: readonly string[]
  /** What `aud` must name: all of them, or one with `anyAudience`. Empty takes any. */
  readonly audiences: readonly string[]
  readonly anyAudience?: boolean
  /** Must be in the token when given; compared as SHA-256 too, as Apple sends it. */
  readonly nonce?: string
}

/** Why a token is not trusted: for the log, never for the client. */
export class ForeignTokenError extends Error {
  override readonly name = 'ForeignTokenError'
  /** True when the keys cannot be had now, so that trying again may help. */
  readonly isUnavailable: boolean

  constructor(
    message: string,
    { isUnavailable = false, ...options }: ErrorOptions & { readonly isUnavailable?: boolean } = {},
  ) {
    super(message, options)
    this.isUnavailable = isUnavailable
  }
}

export type ForeignTokens = {
  /**
   * The claims of a token whose signature, times (60 seconds of tolerance), issuer and audience hold. `exp` and
   * a `sub` that is not empty are there.
   *
   * @throws ForeignTokenError
   */
  verify(
    token: string,
    trust: TokenTrust,
  ): Promise<Readonly<Record<string, unknown>> & { readonly sub: string }>
}

export const openForeignTokens = (): ForeignTokens => ({
  verify: async () => {
    throw new ForeignTokenError('no signer is trusted yet')
  },
})
