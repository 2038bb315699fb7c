/** A program that sends people here to sign in. */
export type Client = {
  readonly id: string
  /** Sent in the body or as Basic. Without one the client is public. */
  readonly secret?: string
  readonly redirectUris: readonly string[]
  /** What its ID tokens are signed with. Default `RS256`. */
  readonly algorithm?: 'RS256' | 'ES256'
}

/** As the provider wants it described. */
export const toMetadata = ({ id, secret, redirectUris, algorithm = 'RS256' }: Client): object => ({
  client_id: id,
  ...(secret !== undefined && { client_secret: secret }),
  token_endpoint_auth_method: secret === undefined ? 'none' : 'client_secret_post',
  redirect_uris: [...redirectUris],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  id_token_signed_response_alg: algorithm,
})
