import { AppError } from '../../errors.ts'

const refuse = (part: string, detail: string): never => {
  throw new AppError('namespaceRefused', { detail: `'${part}' ${detail}` })
}

const readName = (part: string, value: unknown): string => {
  if (value === undefined || value === null) throw new AppError('fieldMissing', { field: part })
  if (typeof value !== 'string') {
    throw new AppError('fieldInvalid', { detail: `'${part}' must be of type string` })
  }
  if (value === '') refuse(part, 'must not be empty')
  if (value.includes('\0')) refuse(part, 'must not contain a NUL character')
  if (value.includes('$')) refuse(part, "must not contain '$'")
  return value
}

/** MongoDB's own. Nobody reaches them through a data source. */
const reserved: ReadonlySet<string> = new Set(['admin', 'local', 'config'])

const mostDatabaseBytes = 63
const mostCollectionBytes = 200

/**
 * Name of a database that somebody sent.
 *
 * @throws `fieldMissing`, `fieldInvalid`, `namespaceRefused`, each naming `part`
 * @see https://www.mongodb.com/docs/manual/reference/limits/#naming-restrictions
 */
export const readDatabaseName = (part: string, value: unknown): string => {
  const name = readName(part, value)
  const [strange] = /[\s./\\"*<>:|?]/.exec(name) ?? []
  if (strange !== undefined) refuse(part, `must not contain ${JSON.stringify(strange)}`)
  if (Buffer.byteLength(name) > mostDatabaseBytes) {
    refuse(part, `must not be longer than ${mostDatabaseBytes} bytes`)
  }
  if (reserved.has(name.toLowerCase())) refuse(part, `must not be '${name}'`)
  return name
}

/** Name of a collection that somebody sent. @throws as `readDatabaseName` */
export const readCollectionName = (part: string, value: unknown): string => {
  const name = readName(part, value)
  if (name.startsWith('system.')) refuse(part, "must not begin with 'system.'")
  if (/^\.|\.$|\.\./.test(name))
    refuse(part, 'must not begin or end with a dot, or have two in a row')
  if (Buffer.byteLength(name) > mostCollectionBytes) {
    refuse(part, `must not be longer than ${mostCollectionBytes} bytes`)
  }
  return name
}
