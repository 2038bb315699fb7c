import type { Documents } from '../documents/documents.ts'
import { AppError } from '../errors.ts'
import type { Functions } from '../functions/functions.ts'
import type { Log } from '../log.ts'
import type { AppSecrets } from '../security/app-secrets.ts'
import type { Data } from './data.ts'
import { openOperations } from './operations/operations.ts'
import type { OpenJudge } from './rules/judge.ts'
import { openSources, type SourcesOptions } from './sources/sources.ts'

export type DataOptions = SourcesOptions & {
  /** The server's own store. Its owner closes it. */
  readonly documents: Documents
  readonly log: Log
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly appSecrets: Pick<AppSecrets, 'read'>
  /** Runs the functions that rules name. */
  readonly functions: Pick<Functions, 'run'>
  readonly judge: OpenJudge
}

export const openData = (options: DataOptions): Data => {
  const { judge } = options
  const sources = openSources(options)
  const { run } = openOperations({ sources, judge })
  return {
    run,
    watch: async (_app, { service }) => {
      throw new AppError('watchNotOffered', { name: service })
    },
    readCustomData: async () => undefined,
    close: () => sources.close(),
  }
}
