import type { z } from 'zod'
import { text } from '../read/check.ts'

/** Schemes that run code or read files where a mail program or browser follows the link. */
const refusedSchemes = ['javascript:', 'data:', 'vbscript:', 'file:', 'blob:']

/** Apps link into themselves (`myapp://confirm`), so any other scheme is allowed. */
const isLink = (value: string): boolean =>
  URL.canParse(value) && !refusedSchemes.includes(new URL(value).protocol)

/** Exports hold `""` or a bare `https://` where nothing was filled in. */
export const isBlank = (value: string): boolean => value === '' || /^https?:\/\/$/.test(value)

/** Where a person is sent. */
export const link: z.ZodType<string> = text.refine(value => isBlank(value) || isLink(value), {
  error: 'must be a whole address like https://shop.example/confirm',
})

const isWebAddress = (value: string): boolean =>
  URL.canParse(value) && ['https:', 'http:'].includes(new URL(value).protocol)

/** What this server asks. */
export const webAddress: z.ZodType<string> = text.refine(
  value => isBlank(value) || isWebAddress(value),
  { error: 'must be an address like https://login.example' },
)
