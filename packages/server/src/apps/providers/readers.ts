import type { ProviderType } from '@regent/protocol'
import { customFunction } from './custom-function.ts'
import { customToken } from './custom-token.ts'
import { emailPassword } from './email-password.ts'
import type { EntryReader } from './entry.ts'
import { apple, facebook, google, oidc } from './oauth.ts'

const withoutConfig: EntryReader = { fields: [], read: () => ({ config: {} }) }

/** How each type of auth provider is read. */
export const readers: Readonly<Record<ProviderType, EntryReader>> = {
  'anon-user': withoutConfig,
  'local-userpass': emailPassword,
  'api-key': withoutConfig,
  'custom-token': customToken,
  'custom-function': customFunction,
  'oauth2-google': google,
  'oauth2-facebook': facebook,
  'oauth2-apple': apple,
  'oauth2-oidc': oidc,
}
