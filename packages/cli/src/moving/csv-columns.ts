import { isWhole, notUtf8 } from './decode.ts'

/** What a cell becomes. */
type Put = (cell: string, user: Record<string, unknown>) => void

const truths = new Set(['true', '1', 'yes'])
const untruths = new Set(['false', '0', 'no'])

const as =
  (field: string): Put =>
  (cell, user) => {
    user[field] = cell
  }

/** Digits are seconds or milliseconds since 1970; all else is read as a date. */
const date =
  (field: string): Put =>
  (cell, user) => {
    user[field] = /^\d+(\.\d+)?$/.test(cell) ? Number(cell) : cell
  }

/** What is neither yes nor no is sent as it is, and refused. */
const flag =
  (field: string): Put =>
  (cell, user) => {
    const word = cell.toLowerCase()
    user[field] = truths.has(word) || (untruths.has(word) ? false : cell)
  }

const columns: Readonly<Record<string, Put>> = {
  _id: as('_id'),
  id: as('_id'),
  email: as('email'),
  password_hash: as('password_hash'),
  creation_date: date('creation_date'),
  last_authentication_date: date('last_authentication_date'),
  registration_date: date('registration_date'),
  disabled: flag('disabled'),
  email_verified: flag('email_verified'),
  registration_only: flag('registration_only'),
  email_state: as('email_state'),
  provider_type: as('provider_type'),
  provider_user_id: as('provider_user_id'),
}

const dataPrefix = 'data.'

const putData =
  (name: string): Put =>
  (cell, user) => {
    const data = (user.data ?? {}) as Record<string, unknown>
    user.data = { ...data, [name]: cell }
  }

/** Names that a heading may have. */
export const columnNames: readonly string[] = [...Object.keys(columns), 'data.<name>']

const putOf = (name: string): Put | undefined => {
  if (Object.hasOwn(columns, name)) return columns[name]
  const field = name.startsWith(dataPrefix) ? name.slice(dataPrefix.length) : ''
  return field === '' || field === '__proto__' ? undefined : putData(field)
}

/** Names of the heading that are no columns, or stand there twice. */
export const unknownColumns = (heading: readonly string[]): string[] =>
  heading.filter((name, at) => !putOf(name.trim()) || heading.indexOf(name) !== at)

/** What a spreadsheet would run; telephone numbers and negative numbers are none. */
const isFormula = (cell: string): boolean =>
  /^[=@\t\r]/.test(cell) || /^[+-](?![\d\s().,/-]*$)/.test(cell)

/** A row of e-mail and password, unless it names another provider. */
const toUser = ({
  provider_type: type,
  provider_user_id: id,
  data,
  ...user
}: Record<string, unknown>): Record<string, unknown> => {
  const own = data ?? {}
  const named = type ?? 'local-userpass'
  const profile = named === 'local-userpass' ? { ...own, email: user.email } : own
  return {
    ...user,
    identities: [{ provider_type: named, ...(id !== undefined && { id }), provider_data: profile }],
  }
}

/** The line that a row of cells is; empty cells say nothing. */
export const toLine = (
  heading: readonly string[],
  cells: readonly string[],
): { readonly line: string } | { readonly problem: string } => {
  if (cells.length !== heading.length) {
    return { problem: `has ${cells.length} cells, and the heading has ${heading.length}` }
  }
  if (!cells.every(isWhole)) return { problem: notUtf8 }
  const formula = cells.findIndex(isFormula)
  if (formula >= 0) return { problem: `'${heading[formula]}' looks like a formula` }
  const user: Record<string, unknown> = {}
  for (const [at, cell] of cells.entries()) {
    if (cell !== '') putOf(heading[at]?.trim() ?? '')?.(cell, user)
  }
  return { line: JSON.stringify(toUser(user)) }
}
