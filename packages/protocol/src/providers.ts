/** Names of auth providers; the original's names and types are the same words. */
export const providerTypes = [
  'anon-user',
  'local-userpass',
  'api-key',
  'custom-token',
  'custom-function',
  'oauth2-google',
  'oauth2-facebook',
  'oauth2-apple',
] as const

export type ProviderType = (typeof providerTypes)[number]
