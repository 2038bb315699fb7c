/** Values of secrets that the operator gives at the start of the server. */
export type GivenSecrets = {
  /** The value of the secret, whichever app names it. */
  find(name: string): string | undefined
  /** What was given and none of these names takes: mistyped, most likely. */
  unused(names: readonly string[]): string[]
}

const prefix = 'REGENT_SECRET_'

/** `REGENT_SECRET_IDP_KEY` for `idp-key`. */
export const secretVariable = (name: string): string =>
  `${prefix}${name.replace(/[^A-Za-z0-9]/g, '_').toUpperCase()}`

const isSecretVariable = (variable: string): boolean => variable.startsWith(prefix)

type Sources = {
  readonly variables?: Readonly<Record<string, string | undefined>>
  /** Values by name, which win over variables. */
  readonly values?: Readonly<Record<string, string>>
}

/**
 * Takes secrets from values by name and from variables: `REGENT_SECRET_` and the name as it is or in capitals,
 * with `_` for everything but letters and digits. Empty variables count as absent.
 */
export const giveSecrets = ({ variables = {}, values = {} }: Sources = {}): GivenSecrets => {
  const variablesOf = (name: string): readonly string[] => [prefix + name, secretVariable(name)]
  return {
    find: name => {
      if (Object.hasOwn(values, name)) return values[name]
      for (const variable of variablesOf(name)) if (variables[variable]) return variables[variable]
      return undefined
    },
    unused: names => {
      const taken = new Set(names.flatMap(variablesOf))
      return [
        ...Object.keys(values).filter(name => !names.includes(name)),
        ...Object.keys(variables).filter(name => isSecretVariable(name) && !taken.has(name)),
      ]
    },
  }
}
