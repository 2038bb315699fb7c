/**
 * Where the data sources are on one server, said by its operator, by variable (`REGENT_DATA_SOURCE_<NAME>`): MongoDB
 * addresses, or `own`. Wins over what an app's deployment says. An address may hold a password: for no log, no error
 * and no answer.
 */
export type GivenLinks = Readonly<Record<string, string>>

/** Where the documents of a data source are on this server. */
export type ResolvedLink =
  | { readonly kind: 'own' }
  | { readonly kind: 'address'; readonly address: string }

export const linkPrefix = 'REGENT_DATA_SOURCE_'

/** `REGENT_DATA_SOURCE_MONGODB_ATLAS` for `mongodb-atlas`. */
export const linkVariable = (source: string): string =>
  linkPrefix + source.toUpperCase().replaceAll('-', '_')

/** True for `mongodb://…` and `mongodb+srv://…`. What stands behind is for the driver to read. */
export const isMongoAddress = (text: string): boolean => /^mongodb(?:\+srv)?:\/\/\S+$/.test(text)

const own = 'own'

/** True for what a link can be set to: a MongoDB address, or `own` for the server's own store. */
export const isLink = (text: string): boolean => text === own || isMongoAddress(text)

/** The link that the operator gave the data source, of whichever app it is. */
export const givenLink = (links: GivenLinks, source: string): ResolvedLink | undefined => {
  const variable = linkVariable(source)
  const text = Object.hasOwn(links, variable) ? links[variable] : undefined
  if (text === undefined) return undefined
  return text === own ? { kind: 'own' } : { kind: 'address', address: text }
}

/** Variables that no data source of these names reads: mistyped, most likely. */
export const unusedLinks = (links: GivenLinks, sources: readonly string[]): string[] => {
  const used = new Set(sources.map(linkVariable))
  return Object.keys(links).filter(variable => !used.has(variable))
}
