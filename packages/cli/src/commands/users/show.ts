import type { Run } from '../../command.ts'
import { toTime, writeFields, writeJson } from '../../output.ts'
import { findUser } from './user.ts'

export const run: Run = async (input, terminal) => {
  const { user } = await findUser(input, terminal)
  if (input.options.json) return writeJson(terminal, user)
  writeFields(terminal, [
    ['user', user.id],
    ['state', user.disabled ? 'disabled' : 'enabled'],
    ['type', user.type],
    ['created', toTime(user.createdAt)],
    ['last login', toTime(user.lastLoginAt)],
    ...user.identities.map(({ id, providerType }) => [providerType, id] as const),
    ...Object.entries(user.profile).map(
      ([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const,
    ),
  ])
}
