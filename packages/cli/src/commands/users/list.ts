import type { AdminApp, AdminUser, AdminUsers } from '@regent/sdk/admin'
import { optionText, type Run } from '../../command.ts'
import { CliError } from '../../errors.ts'
import { toTime, writeJson, writeTable } from '../../output.ts'
import { findApp, findServer } from '../../running-server.ts'
import { describeUser } from './user.ts'

const pageSize = 50

export const run: Run = async (input, terminal) => {
  const limit = Number(optionText(input, 'limit') ?? pageSize)
  if (!Number.isInteger(limit) || limit < 1) {
    throw new CliError('wrongUse', {
      detail: '--limit must be a whole number from 1.',
      command: 'users list ',
    })
  }
  const server = await findServer(input, terminal)
  const app = await findApp(server, input)
  const wanted = { after: optionText(input, 'after'), limit: limit + 1 }
  const found = await server.ask(readUsers(server.admin.users, app, wanted))
  const users = found.slice(0, limit)

  if (input.options.json) return writeJson(terminal, users)
  if (users.length === 0) return terminal.write('No users.\n')
  const rows = users.map(user => [
    user.id,
    describeUser(user),
    user.identities.map(({ providerType }) => providerType).join(', '),
    user.disabled ? 'disabled' : '',
    toTime(user.lastLoginAt),
  ])
  writeTable(terminal, ['user', 'known as', 'auth providers', 'state', 'last login'], rows)
  if (found.length > limit) {
    terminal.write(`\nThere are more: --after ${users.at(-1)?.id}, or a larger --limit.\n`)
  }
}

const readUsers = async (
  users: AdminUsers,
  app: AdminApp,
  { after, limit }: { readonly after: string | undefined; readonly limit: number },
): Promise<AdminUser[]> => {
  const found: AdminUser[] = []
  let last = after
  while (found.length < limit) {
    const page = await users.list(app, {
      limit: pageSize,
      ...(last !== undefined && { after: last }),
    })
    found.push(...page)
    if (page.length < pageSize) break
    last = page.at(-1)?.id
  }
  return found.slice(0, limit)
}
