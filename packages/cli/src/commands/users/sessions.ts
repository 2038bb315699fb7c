import type { UserDetails } from '@regent/sdk/admin'
import { optionText, type Run } from '../../command.ts'
import { toTime, writeJson, writeTable } from '../../output.ts'
import type { Terminal } from '../../terminal.ts'
import { findUser } from './user.ts'

/** What a device said of itself, in few words. */
export const describeDevice = (device: Readonly<Record<string, string>>): string =>
  [device.deviceName, device.platform, device.platformVersion, device.sdk, device.sdkVersion]
    .filter(word => word !== undefined && word !== '')
    .join(' ')

export const writeSessions = (terminal: Terminal, sessions: UserDetails['sessions']): void => {
  const rows = sessions.map(session => [
    session.id,
    session.providerType,
    describeDevice(session.device),
    toTime(session.createdAt),
    toTime(session.lastUsedAt),
    session.expiresAt ? toTime(session.expiresAt) : 'with the user',
  ])
  const headings = ['session', 'auth provider', 'device', 'begun', 'last used', 'ends']
  writeTable(terminal, headings, rows)
}

export const run: Run = async (input, terminal) => {
  const { server, app, user } = await findUser(input, terminal)
  const ended = optionText(input, 'end')
  const { users } = server.admin
  if (ended !== undefined) {
    await server.ask(users.endSession(app, user.id, ended))
    return terminal.write(`${terminal.paint('green', '✓')} The session ${ended} is ended.\n`)
  }
  const { sessions } = await server.ask(users.details(app, user.id))
  if (input.options.json) return writeJson(terminal, sessions)
  if (sessions.length === 0) return terminal.write('No sessions.\n')
  writeSessions(terminal, sessions)
}
