import type { Deps } from '../../deps.ts'
import type { App } from '../../domain/app.ts'
import { isSecretName, mostSecretCharacters } from '../../domain/secret.ts'
import { AppError } from '../../errors.ts'

type SecretDeps = Pick<Deps, 'appSecrets'>

export type NewSecret = { readonly name: string; readonly value: string }

/** Names of the app's secrets, in order; values are not shown again. */
export const listSecrets = ({ appSecrets }: SecretDeps, app: App): Promise<string[]> =>
  appSecrets.list(app.id)

/** @throws `secretNameTaken`, `fieldInvalid` */
export const createSecret = async (
  deps: SecretDeps,
  app: App,
  secret: NewSecret,
): Promise<void> => {
  checkSecret(secret)
  const { name, value } = secret
  if (!(await deps.appSecrets.add(app.id, name, value)))
    throw new AppError('secretNameTaken', { name })
}

/**
 * Gives a secret a new value, a new name, or both; an empty value keeps the old one.
 *
 * @throws `secretNotFound`, `secretNameTaken`, `fieldInvalid`
 */
export const changeSecret = async (
  deps: SecretDeps,
  app: App,
  { from, ...secret }: NewSecret & { readonly from: string },
): Promise<void> => {
  const { appSecrets } = deps
  const kept = await appSecrets.read(app.id, from)
  if (kept === undefined) throw new AppError('secretNotFound', { name: from })
  const changed = { name: secret.name, value: secret.value || kept }
  if (changed.name === from) {
    checkSecret(changed)
    return appSecrets.write(app.id, from, changed.value)
  }
  await createSecret(deps, app, changed)
  await appSecrets.remove(app.id, from)
}

/** @throws `secretNotFound` */
export const removeSecret = async (
  { appSecrets }: SecretDeps,
  app: App,
  name: string,
): Promise<void> => {
  if (!(await appSecrets.remove(app.id, name))) throw new AppError('secretNotFound', { name })
}

const checkSecret = ({ name, value }: NewSecret): void => {
  if (!isSecretName(name)) {
    const detail = "'name' must be 1 to 64 letters, digits, _ or -"
    throw new AppError('fieldInvalid', { detail })
  }
  if (value.length > mostSecretCharacters) {
    const detail = `'value' must be at most ${mostSecretCharacters} characters`
    throw new AppError('fieldInvalid', { detail })
  }
}
