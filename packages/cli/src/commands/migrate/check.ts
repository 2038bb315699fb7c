import type { AppDirectory, MigrationReport } from '@regent/server'
import { optionText, optionTexts, type Run } from '../../command.ts'
import { CliError } from '../../errors.ts'
import { toCount, toLine, writeJson } from '../../output.ts'
import { readDirectories, readGivenSecrets, readSettings } from '../../start.ts'
import type { Terminal } from '../../terminal.ts'
import { describeSource } from './describe-source.ts'

/** As a shell takes it for one word. */
const quote = (text: string): string =>
  /^[\w./:=+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`

export const run: Run = async (input, terminal) => {
  const { checkMigration, linkVariable } = await import('@regent/server')
  const [path = '.'] = input.args
  const { dataSourceLinks: links } = await readSettings(input, terminal, { dev: true })
  const givenSecrets = await readGivenSecrets(input, terminal)
  const [directory] = await readDirectories([path], terminal)
  if (!directory) throw new Error(`${path} was not read`)

  const report = await checkMigration(directory, { links, findSecret: givenSecrets.find })
  const next = serveLine(path, input, linkVariable)
  if (input.options.json) writeJson(terminal, { ...factsOf(directory), ...report, next })
  else writeReport(terminal, directory, { ...report, next })

  const names = report.sources
    .filter(({ trouble }) => trouble !== undefined)
    .map(({ name }) => name)
  if (names.length > 0) throw new CliError('sourcesUnreached', { names: names.join(', ') })
}

const factsOf = ({ clientAppId, name, providers, functions, triggers, warning }: AppDirectory) => ({
  app: clientAppId ?? name,
  providers: providers.filter(({ disabled }) => !disabled).map(({ type }) => type),
  functions: functions.length,
  triggers: triggers.length,
  ...(warning !== undefined && { unserved: warning }),
})

/** The line as it was given, but for passwords: what holds one moves into a variable, its value left to be filled in. */
const serveLine = (path: string, input: Parameters<Run>[0], toVariable: ToVariable): string => {
  const links = optionTexts(input, 'dataSource')
  const secrets = optionText(input, 'secrets')
  const hidden = links.filter(text => text.includes('@'))
  return [
    ...hidden.map(text => `${toVariable(text.slice(0, text.indexOf('=')))}='<address>'`),
    'regent serve',
    quote(path),
    ...links.filter(text => !text.includes('@')).map(text => `--data-source ${quote(text)}`),
    ...(secrets === undefined ? [] : [`--secrets ${quote(secrets)}`]),
  ].join(' ')
}

type ToVariable = (source: string) => string

const writeReport = (
  { write, paint }: Terminal,
  directory: AppDirectory,
  { sources, missingSecrets, next }: MigrationReport & { readonly next: string },
): void => {
  const { app, providers, functions, triggers, unserved } = factsOf(directory)
  write(`\n  ${paint('bold', app)}\n`)
  write(`  logs in with ${providers.join(', ') || 'nothing: no auth provider is enabled'}\n`)
  const counts = [
    toCount(functions, 'function'),
    toCount(triggers, 'trigger'),
    toCount(sources.length, 'data source'),
  ]
  write(`  ${counts.join(', ')}\n`)
  for (const source of sources) write(describeSource(source, paint))
  if (unserved !== undefined) {
    write(`\n  ${paint('yellow', 'To know')}\n`)
    for (const part of unserved.split('; ')) write(`    ${toLine(part)}\n`)
  }
  if (missingSecrets.length > 0) {
    write(`\n  ${paint('yellow', 'Secrets without a value')}: ${missingSecrets.join(', ')}\n`)
    write('    give them with --secrets <file.json>, or as REGENT_SECRET_<NAME>\n')
  }
  write(`\n  Nothing was written. To serve it:\n    ${next}\n\n`)
}
