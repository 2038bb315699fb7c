import { type CommandInput, optionText } from '../../command.ts'
import { CliError } from '../../errors.ts'

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
  const detail = '--since must be a time ago, as 15m, 6h or 2d, or a date.'
  throw new CliError('wrongUse', { detail, command })
}
