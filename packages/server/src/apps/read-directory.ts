import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { readAuthProviders } from './auth-providers.ts'
import { type AppDirectory, DirectoryError, type DirectoryProblem } from './directory.ts'
import { createDirectoryFiles } from './directory-files.ts'
import { type DirectorySource, filesInMemory, openFolder } from './directory-source.ts'
import { readMailTemplates } from './mail-templates.ts'
import { readRegentSettings } from './regent-settings.ts'
import { readRootFile } from './root-file.ts'
import { findUnreadParts } from './unread-parts.ts'

/**
 * Reads and checks an exported app directory, of the current layout or the one before 2021, with Regent's own
 * `regent.json` and `mail/` beside it. Only reads.
 *
 * @throws DirectoryError with every problem at once.
 * @see https://www.mongodb.com/docs/atlas/app-services/reference/config/
 */
export const readAppDirectory = async (path: string): Promise<AppDirectory> => {
  const absolute = resolve(path)
  const fail = (message: string): never => {
    throw new DirectoryError(absolute, [{ file: '.', message }])
  }
  const found = await stat(absolute).catch(() => fail('there is no such folder'))
  if (!found.isDirectory()) fail('this is a file; unpack it and give the folder')
  const source = await openFolder(absolute).catch((error: Error) => fail(error.message))
  return readSource(absolute, source)
}

/**
 * The same for a directory that came as texts, named by their path below the directory. `name` is what
 * messages call it.
 *
 * @throws DirectoryError with every problem at once.
 */
export const readAppFiles = (
  name: string,
  files: Readonly<Record<string, string>>,
): Promise<AppDirectory> => readSource(name, filesInMemory(files))

const readSource = async (path: string, source: DirectorySource): Promise<AppDirectory> => {
  const problems: DirectoryProblem[] = []
  const report = (problem: DirectoryProblem): void => {
    problems.push(problem)
  }
  const files = createDirectoryFiles(source, report)

  const root = await readRootFile(files, report)
  const auth = await readAuthProviders(files, root?.layout ?? 'current', report)
  const settings = await readRegentSettings(files, report)
  const { mail, ignoredFiles } = await readMailTemplates(files, report)
  const { later, never } = await findUnreadParts(files, root)
  if (!root || problems.length > 0) throw new DirectoryError(path, problems)

  const { clientAppId, name, allowedRequestOrigins } = root
  const hasLogin = auth.providers.some(({ disabled }) => !disabled)
  return {
    path,
    digest: files.digest(),
    clientAppId,
    name,
    allowedRequestOrigins,
    providers: auth.providers,
    ...settings,
    mail,
    functions: [],
    values: [],
    environment: { tag: '', values: {} },
    triggers: [],
    dataSources: [],
    secrets: {},
    secretPlaces: [],
    warning: toWarning({
      'not served yet': [...auth.unserved, ...later],
      'not offered': never,
      ignored: [...auth.ignored, ...ignoredFiles],
      'nobody can log in': hasLogin ? [] : ['no auth provider is enabled'],
    }),
  }
}

const toWarning = (notes: Readonly<Record<string, readonly string[]>>): string | undefined => {
  const said = Object.entries(notes)
    .filter(([, names]) => names.length > 0)
    .map(([about, names]) => `${about}: ${names.join(', ')}`)
  return said.length > 0 ? said.join('; ') : undefined
}
