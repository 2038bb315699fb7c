import { isMongoAddress, type ResolvedLink } from './links.ts'

/** Where the data sources are on this server, said by its operator: it wins over what an app's deployment says. */
export type GivenLinks = {
  /** The link of the data source, of whichever app it is. */
  find(source: string): ResolvedLink | undefined
  /** Data sources, or variables, that were given and none of these names takes: mistyped, most likely. */
  unused(sources: readonly string[]): string[]
}

const prefix = 'REGENT_DATA_SOURCE_'

/** `REGENT_DATA_SOURCE_MONGODB_ATLAS` for `mongodb-atlas`. */
export const linkVariable = (source: string): string =>
  prefix + source.toUpperCase().replaceAll('-', '_')

type Given = {
  readonly variables?: Readonly<Record<string, string | undefined>>
  /** Links by name of the data source, which win over variables. */
  readonly values?: Readonly<Record<string, string>>
}

const own = 'own'

const toLink = (text: string): ResolvedLink =>
  text === own ? { kind: 'own' } : { kind: 'address', address: text }

/**
 * Takes links from values by name and from variables: `REGENT_DATA_SOURCE_` and the name in capitals, with `_` for
 * `-`. Each is a MongoDB address, or `own` for the server's own store. Empty variables count as absent.
 *
 * @throws TypeError that names every wrong one, a line for each, and tells none of their values
 */
export const giveLinks = ({ variables = {}, values = {} }: Given = {}): GivenLinks => {
  const byVariable = Object.entries(variables).flatMap(([variable, text]): [string, string][] =>
    variable.startsWith(prefix) && text ? [[variable, text.trim()]] : [],
  )
  const all = new Map([...byVariable, ...Object.entries(values)])
  const wrong = [...all].filter(([, text]) => text !== own && !isMongoAddress(text))
  if (wrong.length > 0) {
    const rule = 'must be a MongoDB address (mongodb://… or mongodb+srv://…), or "own"'
    throw new TypeError(wrong.map(([name]) => `${name} ${rule}`).join('\n'))
  }
  return {
    find: source => {
      const text = all.get(source) ?? all.get(linkVariable(source))
      return text === undefined ? undefined : toLink(text)
    },
    unused: sources => {
      const taken = new Set(sources.flatMap(source => [source, linkVariable(source)]))
      return [...all.keys()].filter(name => !taken.has(name))
    },
  }
}
