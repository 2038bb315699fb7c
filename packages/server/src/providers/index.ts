import { anonymous } from './anonymous.ts'
import { emailPassword } from './email-password.ts'
import type { Provider } from './provider.ts'

const providers: readonly Provider[] = [anonymous, emailPassword]

export const findProvider = (type: string): Provider | undefined =>
  providers.find(provider => provider.type === type)
