import type { AuditRow, LogEntry } from '@regent/sdk/admin'
import { toLine, toTime } from '../../output.ts'
import type { Terminal } from '../../terminal.ts'

const whatOf = ({ event, name, isNewUser }: LogEntry): string =>
  [event, name, isNewUser && '(new user)'].filter(Boolean).join(' ')

const clientOf = ({ platform, platformVersion, sdk, sdkVersion }: LogEntry): string =>
  [platform, platformVersion, sdk, sdkVersion].filter(Boolean).join(' ')

const isNotEmpty = (text: string | undefined): text is string => text !== undefined && text !== ''

/** The first line of an error; what follows it stands in `--json`. */
const inShort = (error: string): string => {
  const [first = '', ...more] = error.trim().split('\n')
  return `${toLine(first)}${more.length > 0 ? ' …' : ''}`
}

const times = (count: number): string => (count === 1 ? '' : ` (${count} times)`)

/** What was told of a failure, and what was not: the reason, or the place in the app's code. */
const failureOf = ({ error, detail, count }: LogEntry): string | undefined => {
  if (error === undefined) return undefined
  const [reason] = detail?.split('\n', 1) ?? []
  return `${inShort(error)}${reason === undefined ? '' : `, ${toLine(reason)}`}${times(count)}`
}

/** One line for an entry, and one for each that the app's code printed. */
export const writeEntry = (entry: LogEntry, { write, paint }: Terminal): void => {
  const { at, type, email, userId, provider, address, messages = [] } = entry
  const facts = [email, userId, provider, address, clientOf(entry)].filter(isNotEmpty).map(toLine)
  const failure = failureOf(entry)
  const result = failure === undefined ? '' : `  ${paint('red', `✗ ${failure}`)}`
  const head = `${paint('dim', toTime(at))}  ${type.padEnd(12)}  ${toLine(whatOf(entry))}`
  write(`${[head, ...facts].join('  ')}${result}\n`)
  for (const line of messages) write(`    ${paint('dim', toLine(line))}\n`)
}

const outcomeOf = ({ status, error, count }: AuditRow): string => {
  if (error !== undefined) return `✗ ${inShort(error)}${times(count)}`
  return status === undefined ? '? cut off' : '✓'
}

/** One line for an action of an operator. */
export const writeAction = (row: AuditRow, { write, paint }: Terminal): void => {
  const { at, operator, operation, params, name, made, address } = row
  const targets = [...Object.values(params), name].filter(isNotEmpty)
  const outcome = outcomeOf(row)
  const facts = [
    paint('dim', toTime(at)),
    toLine(operator?.name ?? '(not known)'),
    [operation, ...new Set(targets)].map(toLine).join(' '),
    made === undefined || made === name ? '' : `made ${toLine(made)}`,
    address ?? '',
    outcome === '✓' ? paint('green', outcome) : paint('red', outcome),
  ]
  write(`${facts.filter(isNotEmpty).join('  ')}\n`)
}
