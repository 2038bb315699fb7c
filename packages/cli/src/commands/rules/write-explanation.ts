import type { ExplainedDocument, RuleReason, RulesExplanation } from '@regent/sdk/admin'
import { toRelaxed } from '../../ejson-text.ts'
import { toLine } from '../../output.ts'
import type { Terminal } from '../../terminal.ts'

const json = (value: unknown): string => JSON.stringify(toRelaxed(value))

type Line = (depth: number, text: string) => void

const mark = ({ paint }: Terminal, holds: boolean): string =>
  holds ? paint('green', '✓') : paint('red', '✗')

const writeReason = (
  terminal: Terminal,
  { text, holds, parts = [] }: RuleReason,
  depth: number,
): void => {
  const { write } = terminal
  write(`${'  '.repeat(depth)}${mark(terminal, holds)} ${toLine(text)}\n`)
  for (const part of parts) writeReason(terminal, part, depth + 1)
}

const certain: Readonly<Record<RulesExplanation['reads'], string>> = {
  all: 'every document, whole',
  none: 'none',
  each: 'each document is asked about',
}

const writeFilters = (terminal: Terminal, { filters }: RulesExplanation, line: Line): void => {
  for (const { name, applies, why, query, projection } of filters) {
    line(0, `filter ${toLine(name)} ${applies ? 'applies' : 'does not apply'}`)
    writeReason(terminal, why, 1)
    if (applies && query !== undefined) line(1, `only documents that match ${json(query)}`)
    if (applies && projection !== undefined) line(1, `projection ${json(projection)}`)
  }
}

const sight = ({ passes, role, sees, hidden }: ExplainedDocument): string => {
  if (!passes) return 'not seen: the filters leave it out'
  if (role === null) return 'not seen: no role applies'
  if (sees.length === 0) return 'not seen: the role lets nothing be read'
  const rest = hidden.length === 0 ? '' : `; not ${hidden.join(', ')}`
  return hidden.length === 0 && !sees.some(name => name.endsWith('.*'))
    ? 'seen whole'
    : `seen: ${sees.join(', ')}${rest}`
}

const writeDocument = (terminal: Terminal, document: ExplainedDocument, line: Line): void => {
  const { paint } = terminal
  const { id, roles, permissions, matches, write, sees, passes } = document
  line(0, paint('bold', `document ${json(id)}`))
  for (const { name, applies, why } of roles) {
    line(1, `role ${toLine(name)} ${applies ? 'applies' : 'does not apply'}`)
    writeReason(terminal, why, 2)
  }
  for (const { name, why } of permissions) {
    line(1, toLine(name))
    writeReason(terminal, why, 2)
  }
  line(1, `${mark(terminal, passes && sees.length > 0)} ${toLine(sight(document))}`)
  if (sees.length > 0 && passes && !matches) {
    line(1, `${mark(terminal, false)} the query does not match what is seen`)
  }
  if (write === undefined) return
  const said = write.allowed ? 'is allowed' : `is refused: ${toLine(write.reason ?? '')}`
  line(1, `${mark(terminal, write.allowed)} ${write.action} ${said}`)
}

/** What the rules say, as a person reads it from above. */
export const writeExplanation = (
  terminal: Terminal,
  title: string,
  explanation: RulesExplanation,
): void => {
  const { write, paint } = terminal
  const line: Line = (depth, text) => write(`${'  '.repeat(depth)}${text}\n`)
  const { rules, hasSchema, reads, writes, documents, hasMore } = explanation
  line(0, paint('bold', toLine(title)))
  const whose = rules === 'default' ? 'the default rule of the data source' : "the collection's own"
  line(0, `rules   ${whose}${hasSchema ? ', and a schema' : ''}`)
  line(0, `reads   ${certain[reads]}`)
  line(0, `writes  ${certain[writes]}`)
  line(0, '')
  writeFilters(terminal, explanation, line)
  if (explanation.filters.length > 0) line(0, '')
  if (documents.length === 0) line(0, 'No stored document matches the query.')
  for (const document of documents) writeDocument(terminal, document, line)
  if (hasMore) line(0, paint('dim', 'There are more: only the first ten are explained.'))
}
