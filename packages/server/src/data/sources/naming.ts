import { createHash } from 'node:crypto'
import { serverDatabase } from '../../domain/mongodb-address.ts'
import { AppError } from '../../errors.ts'
import { readDatabaseName } from './names.ts'

/** How a data source's databases are called where they are kept. */
export type Naming = {
  /** Where a database is kept. @throws `namespaceRefused`, `fieldInvalid`, `fieldMissing` naming `part` */
  toStored(part: string, database: unknown): string
  /** The name by which the app knows a database; `undefined` for one that is not the data source's. */
  fromStored(stored: string): string | undefined
  /** A text of the engine, without names that nobody knows. */
  shown(text: string): string
}

/** As MongoDB does, which has no two databases whose names differ only in case. */
const isOurs = (name: string): boolean => {
  const lower = name.toLowerCase()
  return lower === serverDatabase || lower.startsWith(`${serverDatabase}_`)
}

const isAllowed = (name: string): boolean => {
  try {
    readDatabaseName('database', name)
    return true
  } catch {
    return false
  }
}

/** A file, or another place, that holds nothing but this data source. */
export const plainNaming: Naming = {
  toStored: readDatabaseName,
  fromStored: stored => (isAllowed(stored) ? stored : undefined),
  shown: text => text,
}

/** A cluster that the app's owner named. What a server of ours keeps there stays out of reach. */
export const linkedNaming: Naming = {
  toStored: (part, database) => {
    const name = readDatabaseName(part, database)
    if (isOurs(name)) {
      throw new AppError('namespaceRefused', { detail: `'${part}' must not be '${name}'` })
    }
    return name
  },
  fromStored: stored => (isAllowed(stored) && !isOurs(stored) ? stored : undefined),
  shown: text => text,
}

const mostStoredBytes = 63
const tagLength = 16

/** Whose databases they are. */
export type Owner = {
  /** The server's own database: two servers may share a cluster. */
  readonly server?: string | undefined
  readonly clientAppId: string
  readonly source: string
}

/** Different for every data source of every app of every server. */
const tagOf = (owner: Owner): string => {
  const { server = serverDatabase, clientAppId, source } = owner
  const digest = createHash('sha256').update(`${server}\0${clientAppId}\0${source}`).digest('hex')
  return BigInt(`0x${digest}`).toString(36).slice(0, tagLength)
}

/** A data source in the server's own cluster: databases whose names nobody else's can be. */
export const prefixedNaming = (owner: Owner): Naming => {
  const prefix = `${serverDatabase}_${tagOf(owner)}_`
  const most = mostStoredBytes - prefix.length
  return {
    toStored: (part, database) => {
      const name = readDatabaseName(part, database)
      if (Buffer.byteLength(name) > most) {
        const detail = `'${part}' must not be longer than ${most} bytes in this data source`
        throw new AppError('namespaceRefused', { detail })
      }
      return `${prefix}${name}`
    },
    fromStored: stored => (stored.startsWith(prefix) ? stored.slice(prefix.length) : undefined),
    shown: text => text.replaceAll(prefix, ''),
  }
}
