import { anonymous } from './anonymous.ts'
import { apiKey } from './api-key.ts'
import { customFunction } from './custom-function.ts'
import { customToken } from './custom-token.ts'
import { emailPassword } from './email-password.ts'
import { apple } from './oauth/apple.ts'
import { facebook } from './oauth/facebook.ts'
import { google } from './oauth/google.ts'
import { oidc } from './oauth/oidc.ts'
import type { Provider } from './provider.ts'

const providers: readonly Provider[] = [
  anonymous,
  emailPassword,
  apiKey,
  customToken,
  customFunction,
  google,
  facebook,
  apple,
  oidc,
]

export const findProvider = (type: string): Provider | undefined =>
  providers.find(provider => provider.type === type)
