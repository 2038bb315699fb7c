import { errors } from '@regent/protocol'
import { cell, table } from './table.ts'

/** The page of all refusals. */
export function errorsPage(): string {
  const rows = Object.entries(errors)
    .toSorted(([, a], [, b]) => a.status - b.status)
    .map(([name, { status, code, text }]) => [
      String(status),
      code === undefined ? '' : `\`${code}\``,
      cell(text),
      `\`${name}\``,
    ])
  return `# Errors

Every refusal of the server: the HTTP status, the \`error_code\` of the answer where it has one, and the \`error\`
text, which shipped SDKs compare. \`{name}\` stands for what the request named. The last column is the row's name
in \`packages/protocol/src/errors.ts\`.

${table(['status', 'error_code', 'error', 'row'], rows)}`
}
