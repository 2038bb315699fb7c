import { refusal } from './errors.ts'

/** Where a server started with `regent dev` or `npm start` listens. */
const defaultBaseUrl = 'http://localhost:9090'

/**
 * The base URL without slashes at its end. Empty means the default, as in the Realm SDK.
 *
 * @throws RegentError `BadServerUrl` (3023) for what is no http or https address
 */
export const readBaseUrl = (text: string | null | undefined): string => {
  if (text === undefined || text === null || text === '') return defaultBaseUrl
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.host === '') {
    throw refusal('BadServerUrl', `'${text}' is no http or https address`)
  }
  return text.replace(/\/+$/, '')
}
