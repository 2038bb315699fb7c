import { type CommandInput, optionText } from '../command.ts'
import { CliError } from '../errors.ts'

/**
 * How many are to be shown: `--limit`, or `absent`. `command` is as typed, with a space at its end.
 *
 * @throws CliError `wrongUse`
 */
export const readLimit = (
  input: CommandInput,
  {
    command,
    absent = 50,
    most = Number.POSITIVE_INFINITY,
  }: { readonly command: string; readonly absent?: number; readonly most?: number },
): number => {
  const limit = Number(optionText(input, 'limit') ?? absent)
  if (Number.isInteger(limit) && limit >= 1 && limit <= most) return limit
  const range = Number.isFinite(most) ? `from 1 to ${most}` : 'from 1'
  throw new CliError('wrongUse', { detail: `--limit must be a whole number ${range}.`, command })
}
