import { z } from 'zod'
import type { Environment } from '../../domain/function.ts'
import { anObject, check, fields, type Report } from './check.ts'
import type { DirectoryFiles } from './directory-files.ts'

const names = ['no-environment', 'development', 'testing', 'qa', 'production'] as const

const schema = z.looseObject({ values: fields.nullish() }, anObject)

/** The environment that a directory is deployed for, and the file that holds its values. */
export type ReadEnvironment = { readonly environment: Environment; readonly file: string }

/** Reads the values of every environment, and gives those of the one that the root file names. */
export const readEnvironment = async (
  files: DirectoryFiles,
  named: unknown,
  report: Report,
): Promise<ReadEnvironment> => {
  const active = names.find(name => name === named) ?? 'no-environment'
  let values: Readonly<Record<string, unknown>> = {}
  for (const name of names) {
    const file = fileOf(name)
    const content = await files.readJson(file)
    const read = content === undefined ? undefined : check(schema, content, { file, report })
    if (name === active) values = read?.values ?? {}
  }
  return {
    environment: { tag: active === 'no-environment' ? '' : active, values },
    file: fileOf(active),
  }
}

const fileOf = (name: string): string => `environments/${name}.json`
