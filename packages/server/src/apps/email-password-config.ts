import { z } from 'zod'
import type { EmailPasswordConfig } from '../domain/app.ts'
import { check, flag, type Place, text } from './check.ts'

/** Schemes that run code or read files where a mail program or browser follows the link. */
const refusedSchemes = ['javascript:', 'data:', 'vbscript:', 'file:', 'blob:']

/** Apps link into themselves (`myapp://confirm`), so any other scheme is allowed. */
const isLink = (value: string): boolean =>
  URL.canParse(value) && !refusedSchemes.includes(new URL(value).protocol)

/** Exports hold `""` or a bare `https://` where nothing was filled in. */
const isBlank = (value: string): boolean => value === '' || /^https?:\/\/$/.test(value)

const written = text.refine(value => !value.includes('%('), {
  error: 'must be the value itself: %(…) with environment values is not served yet',
  abort: true,
})

const link = written.refine(value => isBlank(value) || isLink(value), {
  error: 'must be a whole address like https://shop.example/confirm',
})

const subject = written
  .max(256, { error: 'must be at most 256 characters' })
  .regex(/^[^\p{Cc}]*$/u, { error: 'must be one line without control characters' })

const schema = z.looseObject(
  {
    autoConfirm: flag.optional(),
    emailConfirmationUrl: link.optional(),
    confirmEmailSubject: subject.optional(),
    runConfirmationFunction: flag.optional(),
    confirmationFunctionName: text.optional(),
    confirmationFunctionId: text.optional(),
    resetPasswordUrl: link.optional(),
    resetPasswordSubject: subject.optional(),
    runResetFunction: flag.optional(),
    resetFunctionName: text.optional(),
    resetFunctionId: text.optional(),
  },
  { error: 'must be an object' },
)

const functionModes = [
  [
    'runConfirmationFunction',
    'confirmation by a function is not served yet; set it to false, then Regent confirms by mail (or at once with "autoConfirm": true)',
  ],
  [
    'runResetFunction',
    'password reset by a function is not served yet; set it to false, then Regent resets by mail',
  ],
] as const

/**
 * Checks the `config` of `local-userpass`. Modes that need a function are refused while the provider is
 * enabled: users could register and then never get in.
 */
export const checkEmailPasswordConfig = (
  value: unknown,
  isDisabled: boolean,
  place: Place,
): EmailPasswordConfig | undefined => {
  const config = check(schema, value, place)
  if (!isDisabled) refuseFunctionModes(value, place)
  return config && toConfig(config)
}

const refuseFunctionModes = (value: unknown, { file, field, report }: Place): void => {
  for (const [mode, message] of functionModes) {
    const isOn =
      typeof value === 'object' &&
      value !== null &&
      (value as Record<string, unknown>)[mode] === true
    if (isOn) report({ file, field: `${field}.${mode}`, message: `is true: ${message}` })
  }
}

const toConfig = (config: z.infer<typeof schema>): EmailPasswordConfig => {
  const filled = <K extends string>(key: K, value: string | undefined) =>
    value === undefined || isBlank(value) ? {} : ({ [key]: value } as { [_ in K]: string })
  return {
    autoConfirm: config.autoConfirm ?? false,
    ...filled('emailConfirmationUrl', config.emailConfirmationUrl),
    ...filled('confirmEmailSubject', config.confirmEmailSubject),
    ...filled('resetPasswordUrl', config.resetPasswordUrl),
    ...filled('resetPasswordSubject', config.resetPasswordSubject),
  }
}

/** Fields of the config that nothing reads: most often a slip of the pen. */
export const unknownEmailPasswordFields = (config: unknown): string[] =>
  typeof config === 'object' && config !== null
    ? Object.keys(config).filter(key => !(key in schema.shape))
    : []
