import { isSecretName, mostSecretCharacters } from '../../domain/secret.ts'
import { DirectoryError, type DirectoryProblem } from '../directory.ts'
import { complain, type Place, type Report } from './check.ts'
import type { DirectoryFiles } from './directory-files.ts'
import { readJsonText } from './json-text.ts'

const file = 'secrets.json'

/** A secret that an import of `secrets.json` in its older form makes. */
export const importedSecretName = (service: string, field: string): string =>
  `__${service}_${field}`

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Reads `secrets.json`: names to values, or the older form by auth provider and service. The file has no part
 * in the digest, and no value of it in a message.
 */
export const readSecretsFile = async (
  files: DirectoryFiles,
  report: Report,
): Promise<Record<string, string>> => {
  const content = await files.readJson(file, { isSecret: true })
  if (content === undefined) return {}
  return readSecrets(content, { file, report })
}

/**
 * Reads the text of such a file.
 *
 * @throws DirectoryError with every problem, `name` for the file
 */
export const readSecretsText = (name: string, text: string): Record<string, string> => {
  const problems: DirectoryProblem[] = []
  const report = (problem: DirectoryProblem): void => void problems.push(problem)
  const { value, problem } = readJsonText(text)
  if (problem) report({ file: name, ...problem })
  const secrets = problem ? {} : readSecrets(value, { file: name, report })
  if (problems.length > 0) throw new DirectoryError(name, problems)
  return secrets
}

/** Checks names and values of secrets; problems never tell a value. */
const readSecrets = (content: unknown, place: Place): Record<string, string> => {
  if (!isObject(content)) {
    complain(place, 'must be an object of names and values')
    return {}
  }
  const secrets: Record<string, string> = {}
  const add = (name: string, value: unknown, field: string): void => {
    const problem = problemOf(name, value)
    if (problem !== undefined) complain({ ...place, field }, problem)
    else secrets[name] = value as string
  }
  for (const [name, value] of Object.entries(content)) {
    const isNested = (name === 'auth_providers' || name === 'services') && isObject(value)
    if (!isNested) {
      add(name, value, name)
      continue
    }
    for (const [service, values] of Object.entries(value)) {
      for (const [field, secret] of Object.entries(isObject(values) ? values : {})) {
        add(importedSecretName(service, field), secret, `${name}.${service}.${field}`)
      }
    }
  }
  return secrets
}

const problemOf = (name: string, value: unknown): string | undefined => {
  if (!isSecretName(name)) {
    return 'is no name of a secret: 1 to 64 letters, digits, _ or -'
  }
  if (typeof value !== 'string' || value === '') return 'must be text that is not empty'
  return value.length > mostSecretCharacters
    ? `must be at most ${mostSecretCharacters} characters`
    : undefined
}
