import type { AuthProvider } from '../../domain/app.ts'
import { AppError } from '../../errors.ts'

/** Addresses that run code, or read files, in the browser that is sent there. */
const dangerous = /^(?:javascript|data|vbscript|file|blob|about|filesystem):/i

/** The result is put behind `#`, so nothing may stand there already. */
const canBeUsed = (text: string): boolean =>
  URL.canParse(text) && !dangerous.test(new URL(text).href) && !text.includes('#')

/**
 * Where a browser may be sent with the tokens of a log-in: only to an address that the app lists for the provider,
 * letter by letter. Without a wish, the listed one if there is just one.
 *
 * @throws `redirectRefused`
 */
export const trustedRedirect = (
  { redirectUris }: AuthProvider,
  wish: string | undefined,
): string => {
  const only = redirectUris.length === 1 ? redirectUris[0] : undefined
  const redirect = wish ?? only
  if (redirect !== undefined && redirectUris.includes(redirect) && canBeUsed(redirect))
    return redirect
  throw new AppError('redirectRefused', { redirect: (wish ?? '').slice(0, 256) })
}
