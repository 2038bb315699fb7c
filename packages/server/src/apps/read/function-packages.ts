import { z } from 'zod'
import type { FunctionPackages } from '../../domain/function.ts'
import { anObject, check, text } from './check.ts'
import type { Reading } from './reading.ts'

const manifestFile = 'functions/package.json'
const lockFile = 'functions/package-lock.json'

const schema = z.looseObject(
  {
    dependencies: z
      .record(z.string(), text, { error: 'must be an object of names and versions' })
      .optional(),
  },
  anObject,
)

/** Reads what the functions may `require`: `package.json` and its lockfile. */
export const readFunctionPackages = async (
  reading: Reading,
): Promise<FunctionPackages | undefined> => {
  const { files, report } = reading
  const content = await files.readJson(manifestFile)
  if (content === undefined) {
    await refuseBundledPackages(reading)
    return undefined
  }
  const read = check(schema, content, { file: manifestFile, report })
  await files.readJson(lockFile)
  const packageJson = await files.readText(manifestFile)
  const lockfile = await files.readText(lockFile)
  if (!read || packageJson === undefined) return undefined
  if (Object.keys(read.dependencies ?? {}).length === 0) return undefined
  return { packageJson, ...(lockfile !== undefined && { lockfile }) }
}

/** Packages that came whole were built for the original's machines; they are installed anew instead. */
const refuseBundledPackages = async ({ files, report }: Reading): Promise<void> => {
  for (const name of await files.list('functions')) {
    if (!/^node_modules(?:$|\.)/.test(name)) continue
    const file = `functions/${name}`
    const message = `holds packages that are not taken over: write their names and versions into ${manifestFile}, as in { "dependencies": { "lodash": "4.17.21" } }, and Regent installs them`
    report({ file, message })
  }
}
