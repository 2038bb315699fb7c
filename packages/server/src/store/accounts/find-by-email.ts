import { canonicalEmail, exactEmailKey } from '../../domain/email.ts'
import type { PasswordAccount } from '../../domain/password.ts'
import type { Store } from '../store.ts'

/**
 * The account of an e-mail address. Where imports brought several addresses with one canonical key, the one exactly as
 * typed comes first.
 */
export const findAccountByEmail = async (
  { passwords, imported }: Pick<Store, 'passwords' | 'imported'>,
  appId: string,
  typed: string,
): Promise<PasswordAccount | undefined> => {
  const { hasDoubles } = await imported.factsOf(appId)
  const exact = hasDoubles ? await passwords.find(appId, exactEmailKey(typed)) : undefined
  return exact ?? passwords.find(appId, canonicalEmail(typed))
}
