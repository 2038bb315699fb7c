/** Names of auth providers; the original's names and types are the same words. `oauth2-oidc` is ours. */
export const providerTypes = [
  'anon-user',
  'local-userpass',
  'api-key',
  'custom-token',
  'custom-function',
  'oauth2-google',
  'oauth2-facebook',
  'oauth2-apple',
  'oauth2-oidc',
] as const

export type ProviderType = (typeof providerTypes)[number]
