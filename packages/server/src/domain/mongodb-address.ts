/** The part of a MongoDB address before its options: scheme, who, hosts, path. */
const pattern = /^(mongodb(?:\+srv)?:\/\/)(?:([^@/]*)@)?([^/?]*)(?:\/([^?]*))?(\?.*)?$/

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The database that the path of the address names, as in `mongodb://host/name`. */
export const databaseOfAddress = (address: string): string | undefined => {
  const path = pattern.exec(address)?.[4]
  return path === undefined || path === '' ? undefined : decode(path)
}

/** The address with another path. */
export const withDatabase = (address: string, database: string): string => {
  const [, scheme = '', user, hosts, , options = ''] = pattern.exec(address) ?? []
  return `${scheme}${user === undefined ? '' : `${user}@`}${hosts}/${database}${options}`
}

/** Begins the names of all databases that a server keeps: no data source of any server reaches them. */
export const serverDatabase = 'regent'

/** The database of the server whose store is at this address. */
export const serverDatabaseOf = (address: string): string =>
  databaseOfAddress(address) ?? serverDatabase

/** The database of what happened on a server. */
export const logsDatabaseOf = (systemDatabase: string): string => `${systemDatabase}_logs`

/** True for `regent`, and names like `regent_staging` for a second server on the same cluster. */
export const isServerDatabase = (name: string): boolean => /^regent(_[\w-]{1,40})?$/.test(name)

/** The address as logs and errors may show it: without user, password and options. */
export const shownAddress = (address: string): string => {
  const [, scheme, , hosts, path] = pattern.exec(address) ?? []
  if (scheme === undefined) return 'mongodb://…'
  return `${scheme}${hosts}${path === undefined || path === '' ? '' : `/${path}`}`
}
