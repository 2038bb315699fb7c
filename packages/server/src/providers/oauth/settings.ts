import type { Deps } from '../../deps.ts'
import type { AuthProvider } from '../../domain/app.ts'
import type { AppProvider } from './app-provider.ts'
import { ProviderTrouble } from './trouble.ts'

/** A text of the provider's `config`; `undefined` when it is absent or empty. */
export const findSetting = ({ config }: AuthProvider, name: string): string | undefined => {
  const value = config[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** @throws ProviderTrouble when the entry lacks it: a deployment that was not checked. */
export const readSetting = (entry: AuthProvider, name: string): string => {
  const value = findSetting(entry, name)
  if (value !== undefined) return value
  throw new ProviderTrouble(`config.${name} is not set`, { isUnavailable: true })
}

/** The value of the secret that a field of `secret_config` names; `undefined` when it names none. */
export const findSecret = async (
  { appSecrets }: Deps,
  { app, entry }: AppProvider,
  field: string,
): Promise<string | undefined> => {
  const name = entry.secretConfig[field]
  if (typeof name !== 'string' || name === '') return undefined
  const value = await appSecrets.read(app.id, name)
  if (value !== undefined && value !== '') return value
  throw new ProviderTrouble(`the secret that secret_config.${field} names has no value`, {
    isUnavailable: true,
  })
}

/** True when one of the app's metadata fields of the provider is called so. */
export const wantsField = ({ metadataFields }: AuthProvider, ...names: string[]): boolean =>
  metadataFields.some(field => names.includes(field.name))
