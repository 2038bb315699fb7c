import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { UserData } from '@regent/sdk/admin'
import { type CommandInput, optionText, type Run } from '../../command.ts'
import { CliError } from '../../errors.ts'
import { writeFields, writeJson } from '../../output.ts'
import type { Terminal } from '../../terminal.ts'
import { describeUser, findUser } from './user.ts'

/** What goes with a user, and what does not. */
type Report = {
  readonly user: string
  readonly deleted: Readonly<Record<string, number>>
  /** Documents in data sources, which are the app's. */
  readonly kept: readonly string[]
}

const toReport = (data: UserData): Report => ({
  user: data.user.id,
  deleted: {
    identities: data.identities.length,
    passwords: data.registration ? 1 : 0,
    sessions: data.sessions.length,
    devices: data.devices.length,
    'API keys': data.api_keys.length,
  },
  kept: [
    ...(data.custom_data === null ? [] : ['the custom user data document']),
    'documents in data sources',
    ...(data.events.length === 0 ? [] : ['log entries, until their time is over']),
  ],
})

const singular: Readonly<Record<string, string>> = {
  identities: 'identity',
  passwords: 'password',
  sessions: 'session',
  devices: 'device',
  'API keys': 'API key',
}

const describeCounts = ({ deleted }: Report): string =>
  Object.entries(deleted)
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `${count} ${count === 1 ? singular[what] : what}`)
    .join(', ')

const save = async (input: CommandInput, terminal: Terminal, data: UserData): Promise<void> => {
  const file = optionText(input, 'save')
  if (file === undefined) return
  const text = `${JSON.stringify(data, undefined, 2)}\n`
  await writeFile(resolve(terminal.cwd, file), text, { mode: 0o600, flag: 'wx' }).catch(
    (cause: Error) => {
      throw new CliError('fileUnwritable', { file, detail: cause.message }, { cause })
    },
  )
}

export const run: Run = async (input, terminal) => {
  const { server, app, user } = await findUser(input, terminal)
  const { users } = server.admin
  const data = await server.ask(users.data(app, user.id))
  const isPlan = input.options.dryRun === true
  await save(input, terminal, data)
  if (!isPlan) await server.ask(users.delete(app, user.id))

  const report = toReport(data)
  if (input.options.json) return writeJson(terminal, { ...report, isDeleted: !isPlan })
  const { write, paint } = terminal
  const who = `${describeUser(user)} (${user.id})`
  write(isPlan ? `${who} would be deleted:\n` : `${paint('green', '✓')} ${who} is deleted.\n`)
  writeFields(terminal, [
    [isPlan ? 'would go' : 'gone', describeCounts(report)],
    [isPlan ? 'would stay' : 'stays', report.kept.join(', ')],
  ])
}
