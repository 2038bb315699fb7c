import { type CommandInput, optionText } from '../../command.ts'
import { CliError } from '../../errors.ts'

const wrong = (detail: string, command: string): CliError =>
  new CliError('wrongUse', { detail, command })

/** @throws CliError `wrongUse` */
export const readLimit = (
  input: CommandInput,
  { command, absent }: { readonly command: string; readonly absent: number },
): number => {
  const limit = Number(optionText(input, 'limit') ?? absent)
  if (Number.isInteger(limit) && limit >= 1) return limit
  throw wrong('--limit must be a whole number from 1.', command)
}

const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** How long ago, or a date. @throws CliError `wrongUse` */
export const readSince = (input: CommandInput, command: string): Date | undefined => {
  const text = optionText(input, 'since')
  if (text === undefined) return undefined
  const [, count, unit] = /^(\d+)([smhd])$/.exec(text) ?? []
  const date =
    count === undefined
      ? new Date(text)
      : new Date(Date.now() - Number(count) * units[unit as keyof typeof units])
  if (!Number.isNaN(date.getTime())) return date
  throw wrong('--since must be a time ago, as 15m, 6h or 2d, or a date.', command)
}
