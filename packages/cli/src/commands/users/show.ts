import type { UserDetails } from '@regent/sdk/admin'
import type { Run } from '../../command.ts'
import { toTime, writeFields, writeJson, writeTable } from '../../output.ts'
import type { Terminal } from '../../terminal.ts'
import { writeSessions } from './sessions.ts'
import { findUser } from './user.ts'

type Fields = Parameters<typeof writeFields>[1]

const toText = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value)

const userFields = ({ user, registration }: UserDetails): Fields => [
  ['user', user.id],
  ['state', user.disabled ? 'disabled' : 'enabled'],
  ...(user.deletesAt ? [['deleted on', toTime(user.deletesAt)] as const] : []),
  ['type', user.type],
  ['created', toTime(user.createdAt)],
  ['last login', toTime(user.lastLoginAt)],
  ...(registration
    ? [['registered', `${registration.email}, ${toTime(registration.createdAt)}`] as const]
    : []),
  ...user.identities.map(({ id, providerType }) => [providerType, id] as const),
  ...Object.entries(user.profile).map(([name, value]) => [name, toText(value)] as const),
]

const customFields = ({ customData, customDataError }: UserDetails): Fields => {
  if (customDataError !== undefined) return [['custom data', `cannot be read: ${customDataError}`]]
  return customData === undefined ? [] : [['custom data', toText(customData)]]
}

const writeKeys = (terminal: Terminal, { apiKeys }: UserDetails): void => {
  const rows = apiKeys.map(key => [
    key.id,
    key.name,
    `${key.prefix}…`,
    key.disabled ? 'disabled' : '',
    key.lastUsedAt ? toTime(key.lastUsedAt) : 'never',
  ])
  writeTable(terminal, ['API key', 'name', 'begins', 'state', 'last used'], rows)
}

const writeEvents = (terminal: Terminal, { events }: UserDetails): void => {
  const rows = events.map(({ at, type, event, providerType, address, error, detail }) => [
    toTime(at),
    type,
    event,
    providerType ?? '',
    address ?? '',
    [error, detail?.split('\n', 1)[0]].filter(Boolean).join(', '),
  ])
  writeTable(terminal, ['time', 'type', 'event', 'auth provider', 'from', 'error'], rows)
}

export const run: Run = async (input, terminal) => {
  const { server, app, user } = await findUser(input, terminal)
  const details = await server.ask(server.admin.users.details(app, user.id))
  if (input.options.json) {
    const { user: shown, ...rest } = details
    return writeJson(terminal, { ...shown, ...rest })
  }
  writeFields(terminal, [...userFields(details), ...customFields(details)])
  if (details.sessions.length > 0) {
    terminal.write('\n')
    writeSessions(terminal, details.sessions)
  }
  if (details.apiKeys.length > 0) {
    terminal.write('\n')
    writeKeys(terminal, details)
  }
  if (details.events.length > 0) {
    terminal.write('\n')
    writeEvents(terminal, details)
  }
}
