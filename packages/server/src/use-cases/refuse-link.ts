import { errors } from '@regent/protocol'
import { AppError } from '../errors.ts'

/** What `realm-web` compares with. */
const retried = errors.tokenRefused.text

/**
 * What a refused link is answered, the code kept. `realm-web` takes a 401 to a link whose text is exactly
 * `unauthorized` for an access token that expired: it refreshes, asks again, and never stops.
 *
 * @see realm-web `Fetcher.ts`
 */
export const toLinkRefusal = (error: unknown): unknown => {
  if (!(error instanceof AppError) || error.message !== retried) return error
  const isPassword = errors[error.refusal].code === errors.linkPasswordRefused.code
  const options = { cause: error, reason: error.reason }
  return new AppError(isPassword ? 'linkPasswordRefused' : 'linkRefused', {}, options)
}
