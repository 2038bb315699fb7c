import type { ProviderType } from '@regent/protocol'
import type { App, AppRegion, AuthProvider } from '../domain/app.ts'
import type { AppFiles } from './definition/definition.ts'

/** One thing that keeps an app directory from being deployed. */
export type DirectoryProblem = {
  /** Path below the directory, with `/`; `.` is the directory itself. */
  readonly file: string
  /** Dotted path of the field inside the file, when the file could be read. */
  readonly field?: string
  /** Where the text of the file stops being JSON; both count from 1. */
  readonly line?: number
  readonly column?: number
  /** What is expected, and what was found instead. */
  readonly message: string
}

/** Where a directory names a secret. */
export type SecretPlace = {
  readonly name: string
  readonly file: string
  readonly field: string
  /** Data source whose address it holds: a server that has a link of its own for it needs no such secret. */
  readonly dataSource?: string
}

/** An auth provider as a directory says it. */
export type DirectoryProvider = {
  readonly type: ProviderType
  readonly disabled: boolean
  readonly config: Readonly<Record<string, unknown>>
  readonly secretConfig: AuthProvider['secretConfig']
  readonly metadataFields: AuthProvider['metadataFields']
  readonly redirectUris: AuthProvider['redirectUris']
  readonly domainRestrictions: AuthProvider['domainRestrictions']
}

/** What a deployment takes over as it stands in the directory. */
export type DeployedParts = Pick<
  App,
  | 'refreshTokenSeconds'
  | 'anonymousDays'
  | 'deletionGraceDays'
  | 'accessList'
  | 'endSessionsOnPasswordChange'
  | 'migration'
  | 'mail'
  | 'functions'
  | 'functionPackages'
  | 'values'
  | 'environment'
  | 'triggers'
  | 'userCreationFunctionName'
  | 'dataSources'
  | 'httpServices'
  | 'customUserData'
>

/** A checked app directory: everything that a deployment takes from it. */
export type AppDirectory = DeployedParts & {
  /** Absolute. */
  readonly path: string
  /** SHA-256, hex, over the names and bytes of the files that were read. */
  readonly digest: string
  /** The directory's `app_id`; a directory made by hand may have none. */
  readonly clientAppId: string | undefined
  readonly name: string
  readonly allowedRequestOrigins: readonly string[]
  readonly region?: AppRegion
  readonly providers: readonly DirectoryProvider[]
  /** Values of secrets that the directory brings (`secrets.json`), by name. */
  readonly secrets: Readonly<Record<string, string>>
  /** Secrets without which what is enabled cannot work. */
  readonly secretPlaces: readonly SecretPlace[]
  /** Files of functions by name, where they are not `functions/<name>.js`. */
  readonly functionFiles?: Readonly<Record<string, string>>
  /**
   * Every file of the directory, served or not, in the current layout and without values of secrets: what a pull gives
   * back. Absent when it came from no files.
   */
  readonly files?: AppFiles
  /** One text naming what the directory holds and Regent does not serve; `undefined` when it serves all of it. */
  readonly warning: string | undefined
}

const place = ({ file, field, line, column }: DirectoryProblem): string => {
  if (file === '.') return ''
  if (line !== undefined) return `${[file, line, column].filter(Boolean).join(':')}: `
  return field === undefined ? `${file}: ` : `${file}: ${field} `
}

/** One problem in one line: file, field or position, what is expected. */
export const describeProblem = (problem: DirectoryProblem): string =>
  `${place(problem)}${problem.message}`

/** What could be read of a directory that cannot be deployed: enough to say which of its secrets are missing too. */
export type ReadSoFar = Pick<AppDirectory, 'clientAppId' | 'name' | 'secrets' | 'secretPlaces'>

/** Why a directory was not deployed: every problem at once, in the order of the files. */
export class DirectoryError extends Error {
  override readonly name = 'DirectoryError'
  readonly path: string
  readonly problems: readonly DirectoryProblem[]
  readonly readSoFar: ReadSoFar | undefined

  constructor(path: string, problems: readonly DirectoryProblem[], readSoFar?: ReadSoFar) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`
    super(
      `${path} cannot be deployed, ${count}:\n${problems.map(problem => `  ${describeProblem(problem)}`).join('\n')}`,
    )
    this.path = path
    this.problems = problems
    this.readSoFar = readSoFar
  }
}
