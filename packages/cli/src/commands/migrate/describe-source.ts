import type { MigrationReport } from '@regent/server'
import { toCount, toLine } from '../../output.ts'
import type { Terminal } from '../../terminal.ts'

type Source = MigrationReport['sources'][number]
type Collection = NonNullable<Source['found']>['collections'][number]
type Paint = Terminal['paint']

const rulesOf = ({ rules, roles, filters, hasSchema }: Collection): string => {
  if (rules === 'none') return 'no rules: closed to users'
  const said = [
    `roles ${roles.join(', ') || 'none: closed to users'}`,
    ...(filters.length > 0 ? [`filters ${filters.join(', ')}`] : []),
    ...(hasSchema ? ['a schema'] : []),
  ].join('; ')
  return rules === 'default' ? `the default rule: ${said}` : said
}

const describeCollection = (collection: Collection, paint: Paint): string => {
  const { database, collection: name, documents, missingIndexes } = collection
  const count =
    documents === undefined ? 'too many documents to count' : toCount(documents, 'document')
  const isClosed = collection.rules === 'none' || collection.roles.length === 0
  const mark = isClosed ? paint('yellow', '–') : paint('green', '✓')
  const lines = [
    `    ${mark} ${toLine(`${database}.${name}`)}: ${count}; ${toLine(rulesOf(collection))}`,
    ...missingIndexes.map(
      ({ field, by }) =>
        `      ${paint('yellow', '!')} no index begins with ${toLine(field)}, which ${toLine(by)} looks for: createIndex({ ${toLine(JSON.stringify(field))}: 1 })`,
    ),
  ]
  return lines.join('\n')
}

/** What was found at a data source, for a person. */
export const describeSource = ({ name, address, found, trouble }: Source, paint: Paint): string => {
  const title = `\n  ${paint('bold', name)}`
  if (address === undefined) {
    return `${title}: kept by the server itself, empty at the start; --data-source ${name}=<address> links it to a cluster\n`
  }
  if (!found)
    return `${title} at ${toLine(address)}\n    ${paint('red', '✗')} ${toLine(trouble ?? '')}\n`
  const { offers, collections } = found
  const watch = offers.changeStreams
    ? 'watch works'
    : 'watch does not work: the cluster offers no change streams'
  const lines = collections.map(collection => describeCollection(collection, paint))
  const server = toLine(offers.server ?? 'a cluster that does not say what it is')
  return [`${title} at ${toLine(address)}`, `    ${server}; ${watch}`, ...lines, ''].join('\n')
}
