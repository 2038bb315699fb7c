import { readFileSync } from 'node:fs'
import { Command as Commander, CommanderError } from 'commander'
import type { Command } from './command.ts'
import { commands, groups } from './commands.ts'
import { CliError } from './errors.ts'
import { toLines } from './output.ts'
import type { Terminal } from './terminal.ts'

/**
 * Runs one command. Answers the exit code: 0 done, 1 refused, 2 wrong use. Nothing is thrown.
 */
export const runCli = async (argv: readonly string[], terminal: Terminal): Promise<number> => {
  try {
    const program = createProgram(terminal, await readNotes(argv))
    await program.parseAsync(argv, { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    return complain(error, terminal)
  }
}

const complain = (error: unknown, terminal: Terminal): number => {
  const told = error instanceof CliError ? error : unexpected(error, terminal)
  const { complain, paint } = terminal
  const [what, fix] = [told.message, told.fix].map(toLines)
  complain(`\n${paint('red', '✗')} ${what}\n  ${paint('dim', '→')} ${fix}\n\n`)
  return told.code === 'wrongUse' ? 2 : 1
}

const unexpected = (error: unknown, { complain }: Terminal): CliError => {
  if (error instanceof Error) complain(`${toLines(error.stack ?? '')}\n`)
  return new CliError('unexpected', {
    detail: error instanceof Error ? error.message : String(error),
  })
}

const readVersion = (): string => {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { readonly version: string }).version
}

/** Notes of the command whose help is asked for; those of others are not worth their loading. */
const readNotes = async (argv: readonly string[]): Promise<string> => {
  if (!argv.includes('--help') && !argv.includes('-h')) return ''
  const asked = commands.find(({ name }) => name === argv[0])
  return (await asked?.notes?.()) ?? ''
}

const createProgram = (terminal: Terminal, notes: string): Commander => {
  const program = prepare(new Commander('regent'), terminal)
    .description('Regent: users, logins and sessions for apps built on a Realm SDK')
    .version(readVersion(), '-v, --version', 'print the version')
    .addHelpText(
      'after',
      describeExamples([
        ['regent dev ./exported-app', 'try an exported app on this machine'],
        ['regent demo', 'see it work, in a second terminal'],
        ['regent serve ./exported-app', 'run it for good'],
      ]),
    )
  for (const command of commands) addCommand(program, command, { terminal, notes })
  return program
}

/** As the own errors look; the text is commander's `error: <what>`, perhaps with a suggestion below it. */
const describeWrongUse = (text: string, { paint }: Terminal): string =>
  `\n${paint('red', '✗')} ${text
    .trim()
    .replace(/^error: /, '')
    .replace(/\n/g, ' ')}\n`

const prepare = (command: Commander, terminal: Terminal): Commander =>
  command
    .exitOverride()
    .enablePositionalOptions()
    .configureOutput({
      writeOut: terminal.write,
      writeErr: terminal.complain,
      outputError: (text, write) => write(describeWrongUse(text, terminal)),
    })
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .showHelpAfterError(`  ${terminal.paint('dim', '→')} See --help.\n`)

const addCommand = (
  program: Commander,
  row: Command,
  { terminal, notes }: { readonly terminal: Terminal; readonly notes: string },
): void => {
  const words = row.name.split(' ')
  const parent = words
    .slice(0, -1)
    .reduce(
      (group, word, at) => findGroup(group, { word, path: words.slice(0, at + 1) }, terminal),
      program,
    )
  const command = prepare(new Commander(words.at(-1)), terminal).description(row.about)
  for (const [name, about] of row.args ?? []) command.argument(name, about)
  for (const [flags, about, often] of row.options ?? []) {
    if (often) command.option(flags, about, collect)
    else command.option(flags, about)
  }
  command.addHelpText('after', describeExamples(row.examples) + (row.notes ? notes : ''))
  command.action(async () => {
    const { run } = await row.load()
    await run({ args: command.args, options: command.opts() }, terminal)
  })
  parent.addCommand(command)
}

const collect = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  value,
]

const findGroup = (
  parent: Commander,
  { word, path }: { readonly word: string; readonly path: readonly string[] },
  terminal: Terminal,
): Commander => {
  const found = parent.commands.find(command => command.name() === word)
  if (found) return found
  const group = prepare(new Commander(word), terminal)
    .description(groups[path.join(' ')] ?? groups[word] ?? '')
    .addHelpText('after', describeExamples(examplesOf(path)))
  parent.addCommand(group)
  return group
}

const mostOfGroup = 5

/** The first example of each of the first commands of a group. */
const examplesOf = (path: readonly string[]): Command['examples'] =>
  commands
    .filter(({ name }) => name.startsWith(`${path.join(' ')} `))
    .slice(0, mostOfGroup)
    .flatMap(({ examples }) => examples.slice(0, 1))

const widest = 100

/** Side by side, or what each does below it when a line would be too long for that. */
const describeExamples = (examples: Command['examples']): string => {
  const width = Math.max(...examples.map(([line]) => line.length))
  const beside = examples.map(([line, about]) => `  ${line.padEnd(width)}   ${about}`)
  const isWide = beside.some(({ length }) => length > widest)
  const lines = isWide ? examples.map(([line, about]) => `  ${line}\n      ${about}`) : beside
  return `\nExamples:\n${lines.join('\n')}\n`
}
