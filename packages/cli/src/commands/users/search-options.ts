import type { UserSearch } from '@regent/sdk/admin'
import { type CommandInput, optionText } from '../../command.ts'
import { CliError } from '../../errors.ts'

const wrong = (detail: string): CliError =>
  new CliError('wrongUse', { detail, command: 'users list ' })

const readDate = (input: CommandInput, name: string, flag: string): Date | undefined => {
  const text = optionText(input, name)
  if (text === undefined) return undefined
  const date = new Date(text)
  if (Number.isNaN(date.getTime())) throw wrong(`${flag} must be a date, as in 2026-11-23.`)
  return date
}

const readWord = <Word extends string>(
  input: CommandInput,
  name: string,
  words: Readonly<Record<string, Word>>,
): Word | undefined => {
  const text = optionText(input, name)
  if (text === undefined) return undefined
  const word = words[text]
  if (word) return word
  throw wrong(`--${name} must be one of ${Object.keys(words).join(', ')}.`)
}

const states = { enabled: 'enabled', disabled: 'disabled', deleting: 'deleting' } as const
const sorts = { id: 'id', created: 'created', login: 'lastLogin', email: 'email' } as const
const providers = {
  'anon-user': 'anon-user',
  'local-userpass': 'local-userpass',
  'api-key': 'api-key',
  'custom-token': 'custom-token',
  'custom-function': 'custom-function',
  'oauth2-google': 'oauth2-google',
  'oauth2-facebook': 'oauth2-facebook',
  'oauth2-apple': 'oauth2-apple',
  'oauth2-oidc': 'oauth2-oidc',
} as const

const readProviders = (input: CommandInput): UserSearch['providerTypes'] =>
  optionText(input, 'provider')
    ?.split(',')
    .map(text => {
      const type = readWord({ args: [], options: { provider: text } }, 'provider', providers)
      return type as NonNullable<typeof type>
    })

const given = <Value>(name: string, value: Value | undefined): Record<string, Value> =>
  value === undefined ? {} : { [name]: value }

/** @throws CliError `wrongUse` */
export const readSearch = (input: CommandInput): UserSearch => ({
  ...given('emailPrefix', optionText(input, 'email')),
  ...given('status', readWord(input, 'state', states)),
  ...given('providerTypes', readProviders(input)),
  ...given('createdFrom', readDate(input, 'createdFrom', '--created-from')),
  ...given('createdUntil', readDate(input, 'createdUntil', '--created-until')),
  ...given('lastLoginFrom', readDate(input, 'loginFrom', '--login-from')),
  ...given('lastLoginUntil', readDate(input, 'loginUntil', '--login-until')),
  ...given('sort', readWord(input, 'sort', sorts)),
  ...(input.options.desc === true && { descending: true }),
})
