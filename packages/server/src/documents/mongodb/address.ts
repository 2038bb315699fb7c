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

/** The address as logs and errors may show it: without user, password and options. */
export const shownAddress = (address: string): string => {
  const [, scheme, , hosts, path] = pattern.exec(address) ?? []
  if (scheme === undefined) return 'mongodb://…'
  return `${scheme}${hosts}${path === undefined || path === '' ? '' : `/${path}`}`
}
