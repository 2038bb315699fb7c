import { DirectoryError, describeProblem } from '../../src/apps/directory.ts'
import { readAppFiles } from '../../src/apps/read-directory.ts'
import { shop } from './write-directory.ts'

export type Files = Readonly<Record<string, unknown>>

/** The files of a directory as texts; objects as JSON, text of `.json` files as it is. */
export const asTexts = (files: Files): Record<string, string> =>
  Object.fromEntries(
    Object.entries(files).map(([file, content]) => [
      file,
      typeof content === 'string' ? content : JSON.stringify(content),
    ]),
  )

/** The shop with these files beside or in place of its own. */
export const readShop = (files: Files) => readAppFiles('/shop', asTexts({ ...shop, ...files }))

/** What keeps the shop with these files from being deployed, a line for each. */
export const problemsOf = async (files: Files): Promise<string[]> => {
  const error = await readShop(files).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof DirectoryError)) throw new Error(`was read: ${error}`)
  return error.problems.map(describeProblem)
}

/** The shop with one auth provider more; enabled when nothing else is said. */
export const withProvider = (type: string, entry: Files): Files => ({
  'auth/providers.json': { ...shop['auth/providers.json'], [type]: { type, ...entry } },
})
