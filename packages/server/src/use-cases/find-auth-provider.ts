import type { App, AuthProvider } from '../domain/app.ts'
import { AppError } from '../errors.ts'

/**
 * The app's entry for an auth provider that is switched on.
 *
 * @throws `providerNotFound`
 */
export const findAuthProvider = (app: App, type: string): AuthProvider => {
  const provider = app.providers.find(entry => entry.type === type)
  if (!provider || provider.disabled) throw new AppError('providerNotFound', { provider: type })
  return provider
}
