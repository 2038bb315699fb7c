import type { SecretPlace } from '../directory.ts'
import type { Place, Report } from './check.ts'
import type { DirectoryFiles } from './directory-files.ts'

/** `current` keeps all auth providers in one file, `legacy` (before 2021) one file for each. */
export type Layout = 'current' | 'legacy'

/** What the parts of a directory name and others hold: looked for when all parts are read. */
export type Needs = {
  /** Functions that must be there. */
  readonly functions: { readonly name: string; readonly place: Place }[]
  readonly secrets: SecretPlace[]
  /** Values that expressions name. */
  readonly values: { readonly name: string; readonly place: Place }[]
}

/** One directory while it is read. */
export type Reading = {
  readonly files: DirectoryFiles
  readonly layout: Layout
  readonly report: Report
  /** Replaces `%(%%environment.values.<name>)`; what cannot be replaced is reported at the place. */
  expand(value: unknown, place: Place): unknown
  readonly needs: Needs
  /** For the warning. */
  readonly notes: {
    /** Parts that nothing serves yet. */
    readonly later: string[]
    /** Parts that are not offered. */
    readonly never: string[]
    /** Files and fields that nothing reads. */
    readonly ignored: string[]
    /** What works and should be another way. */
    readonly advice: string[]
  }
}

/** Asks for a function that something enabled runs. */
export const needFunction = ({ functions }: Needs, name: string, place: Place): void => {
  functions.push({ name, place })
}

/** Asks for a secret that something enabled reads. */
export const needSecret = ({ secrets }: Needs, name: string, { file, field = '' }: Place): void => {
  secrets.push({ name, file, field })
}
