import type {
  AdminApp,
  AdminUser,
  AdminUsers,
  SearchUsersOptions,
  UserSearch,
} from '@regent/sdk/admin'
import { type CommandInput, optionText, type Run } from '../../command.ts'
import { toTime, writeJson, writeTable } from '../../output.ts'
import { findApp, findServer } from '../../running-server.ts'
import { readLimit } from '../read-limit.ts'
import { readSearch } from './search-options.ts'
import { describeState, describeUser } from './user.ts'

const pageSize = 50

/** Users, and where to go on; `undefined` at the end. */
type Listed = { readonly users: readonly AdminUser[]; readonly next: string | undefined }

type Wanted = { readonly after: string | undefined; readonly limit: number }

export const run: Run = async (input, terminal) => {
  const search = readSearch(input)
  const wanted = {
    after: optionText(input, 'after'),
    limit: readLimit(input, { command: 'users list ' }),
  }
  const server = await findServer(input, terminal)
  const app = await findApp(server, input)
  const read = isPlain(input) ? listById : searchFor
  const { users, next } = await server.ask(read(server.admin.users, app, { ...wanted, search }))

  if (input.options.json) return writeJson(terminal, users)
  if (users.length === 0) return terminal.write('No users.\n')
  const rows = users.map(user => [
    user.id,
    describeUser(user),
    user.identities.map(({ providerType }) => providerType).join(', '),
    describeState(user),
    toTime(user.createdAt),
    toTime(user.lastLoginAt),
  ])
  const headings = ['user', 'known as', 'auth providers', 'state', 'created', 'last login']
  writeTable(terminal, headings, rows)
  if (next !== undefined) {
    terminal.write(`\nThere are more: --after ${next}, or a larger --limit.\n`)
  }
}

/** Nothing is looked for, so that the list goes by ids, which people can read. */
const isPlain = ({ options }: CommandInput): boolean =>
  Object.keys(options).every(name =>
    ['after', 'limit', 'app', 'json', 'data', 'url'].includes(name),
  )

const listById = async (
  users: AdminUsers,
  app: AdminApp,
  { after, limit }: Wanted,
): Promise<Listed> => {
  const found: AdminUser[] = []
  let last = after
  while (found.length <= limit) {
    const page = await users.list(app, {
      limit: pageSize,
      ...(last !== undefined && { after: last }),
    })
    found.push(...page)
    if (page.length < pageSize) break
    last = page.at(-1)?.id
  }
  const shown = found.slice(0, limit)
  return { users: shown, next: found.length > limit ? shown.at(-1)?.id : undefined }
}

const searchFor = async (
  users: AdminUsers,
  app: AdminApp,
  { after, limit, search }: Wanted & { readonly search: UserSearch },
): Promise<Listed> => {
  const found: AdminUser[] = []
  let next = after
  do {
    const options: SearchUsersOptions = {
      ...search,
      limit: Math.min(pageSize, limit - found.length),
      ...(next !== undefined && { cursor: next }),
    }
    const page = await users.search(app, options)
    found.push(...page.users)
    next = page.next
  } while (next !== undefined && found.length < limit)
  return { users: found, next }
}
