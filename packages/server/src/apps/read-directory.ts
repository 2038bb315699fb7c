import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type GivenSecrets, giveSecrets } from '../security/given-secrets.ts'
import { linkSources } from './data-sources/link-sources.ts'
import { readDataSources } from './data-sources/read-data-sources.ts'
import type { AppFiles } from './definition/definition.ts'
import { type AppDirectory, DirectoryError, type DirectoryProblem } from './directory.ts'
import { toCurrentLayout } from './layout/to-current-layout.ts'
import { readAuthProviders } from './providers/read-providers.ts'
import { complain, type Place, type Report } from './read/check.ts'
import { readCustomUserData } from './read/custom-user-data.ts'
import { createDirectoryFiles, type DirectoryFiles } from './read/directory-files.ts'
import { type DirectorySource, filesInMemory, openFolder } from './read/directory-source.ts'
import { readFunctionPackages } from './read/function-packages.ts'
import { readFunctions } from './read/functions.ts'
import { type CollectedFiles, collectFiles } from './read/kept-files.ts'
import { readMailTemplates } from './read/mail-templates.ts'
import { suggest } from './read/nearest.ts'
import type { Reading } from './read/reading.ts'
import { readRegentSettings } from './read/regent-settings.ts'
import { peekRootFile, type RootFile, readRootFile } from './read/root-file.ts'
import { readSecretsFile } from './read/secrets-file.ts'
import { readTriggers } from './read/triggers.ts'
import { checkUnreadParts, findMistyped, findUnreadParts } from './read/unread-parts.ts'
import { readValues } from './read/values.ts'

/** What a directory says beside its root file. */
type Parts = Omit<
  AppDirectory,
  | 'path'
  | 'digest'
  | 'clientAppId'
  | 'name'
  | 'allowedRequestOrigins'
  | 'environment'
  | 'region'
  | 'warning'
>

/**
 * Reads and checks an exported app directory, of the current layout or the one before 2021, with Regent's own
 * `regent.json` and `mail/` beside it. Only reads.
 *
 * @throws DirectoryError with every problem at once.
 * @see https://www.mongodb.com/docs/atlas/app-services/reference/config/
 */
export const readAppDirectory = async (path: string): Promise<AppDirectory> => {
  const absolute = resolve(path)
  return readSource(absolute, await openDirectory(absolute))
}

/**
 * The files of a directory as they are sent to a server, with `secrets.json`; nothing in them is checked.
 *
 * @throws DirectoryError when there is no such folder
 */
export const collectDirectory = async (path: string): Promise<CollectedFiles> =>
  collectFiles(await openDirectory(resolve(path)), { forReading: true })

const openDirectory = async (absolute: string): Promise<DirectorySource> => {
  const fail = (message: string): never => {
    throw new DirectoryError(absolute, [{ file: '.', message }])
  }
  const found = await stat(absolute).catch(() => fail('there is no such folder'))
  if (!found.isDirectory()) fail('this is a file; unpack it and give the folder')
  return openFolder(absolute).catch((error: Error) => fail(error.message))
}

/**
 * The same for a directory that came as texts or bytes, named by their path below the directory. `name` is what
 * messages call it.
 *
 * @throws DirectoryError with every problem at once.
 */
export const readAppFiles = (
  name: string,
  files: Readonly<Record<string, string | Uint8Array>> | AppFiles,
  options: ReadOptions = {},
): Promise<AppDirectory> =>
  readSource(
    name,
    filesInMemory(files instanceof Map ? files : new Map(Object.entries(files))),
    options,
  )

type ReadOptions = {
  /** Values of secrets that whoever sends the directory hands over with it. */
  readonly handed?: GivenSecrets
  /**
   * True for an app that is made thing by thing, in any order: its rules may name functions and values that come later.
   * Until then what they ask holds for nobody. Default false.
   */
  readonly inParts?: boolean
}

const readSource = async (
  path: string,
  source: DirectorySource,
  { handed = giveSecrets(), inParts = false }: ReadOptions = {},
): Promise<AppDirectory> => {
  const problems: DirectoryProblem[] = []
  const told = new Set<string>()
  /** One field is told once: what follows from its first problem is no help. */
  const report = (problem: DirectoryProblem): void => {
    const { file, field } = problem
    const name = JSON.stringify([file, field])
    if (field === undefined || !told.has(name)) problems.push(problem)
    told.add(name)
  }
  const files = createDirectoryFiles(source, report)
  const reading: Reading = {
    files,
    layout: 'current',
    report,
    expand: value => value,
    needs: { functions: [], secrets: [], values: [] },
    notes: { later: [], never: [], ignored: [], advice: [] },
  }

  const root = await readRootFile(files, report)
  const read = await readParts(
    root ? { ...reading, layout: root.layout, expand: root.expand } : reading,
    { root, inParts },
  )
  const parts = { ...read, secrets: { ...read.secrets, ...takeHanded(read, handed) } }
  await checkUnreadParts(files)
  if (!root || problems.length > 0) {
    const { secrets, secretPlaces } = parts
    const readSoFar = { ...(root ?? (await peekRootFile(files))), secrets, secretPlaces }
    throw new DirectoryError(path, problems, readSoFar)
  }

  const { files: kept, leftOut } = await collectFiles(source)
  const warning = await describeUnserved(files, { root, parts, notes: reading.notes, leftOut })
  const { clientAppId, name, allowedRequestOrigins, environment, region } = root
  const facts = { path, digest: files.digest(), clientAppId, name, allowedRequestOrigins }
  const directory = { ...facts, environment, ...(region && { region }), ...parts, warning }
  return { ...directory, files: toCurrentLayout(kept, { root, directory }) }
}

/** Values of the secrets that the directory names; others that were handed over are none of its business. */
const takeHanded = (
  { secretPlaces, secrets }: Pick<AppDirectory, 'secretPlaces' | 'secrets'>,
  handed: GivenSecrets,
): Record<string, string> =>
  Object.fromEntries(
    [...secretPlaces.map(({ name }) => name), ...Object.keys(secrets)].flatMap(name => {
      const value = handed.find(name)
      return value === undefined ? [] : [[name, value]]
    }),
  )

/** In expressions of rules. */
const isInRule = ({ file }: Place): boolean => /^(?:data_sources|services|functions)\//.test(file)

const readParts = async (
  reading: Reading,
  { root, inParts }: { readonly root: RootFile | undefined; readonly inParts: boolean },
): Promise<Parts> => {
  const { files, report, needs, notes } = reading
  const isDue = ({ place }: { readonly place: Place }): boolean => !(inParts && isInRule(place))
  const brought = await readSecretsFile(files, report)
  const auth = await readAuthProviders(reading, Object.keys(brought))
  const { functions, isInFolders } = await readFunctions(reading)
  const functionPackages = await readFunctionPackages(reading)
  refuseTooMuch(functions, report)
  const values = await readValues(reading)
  const triggers = await readTriggers(reading)
  const data = await readDataSources(reading)
  const users = await readCustomUserData(reading, {
    rootFile: root ?? { file: '', content: {} },
    dataSources: data.dataSources,
  })
  const { links, ...settings } = await readRegentSettings(files, report, needs)
  const dataSources = linkSources(data, links, reading)
  const { mail, ignoredFiles } = await readMailTemplates(files, report)
  notes.ignored.push(...ignoredFiles)

  const names = functions.map(({ name }) => name)
  for (const { name, place } of needs.functions.filter(isDue)) {
    if (!names.includes(name)) complain(place, describeMissing(name, names))
  }
  refuseUnknownValues(needs.values.filter(isDue), values)
  return {
    ...settings,
    mail,
    functions,
    values,
    triggers,
    dataSources,
    ...(data.httpServices.length > 0 && { httpServices: data.httpServices }),
    providers: auth.providers,
    ...(functionPackages && { functionPackages }),
    ...users,
    secrets: { ...brought, ...auth.secrets, ...data.secrets },
    secretPlaces: needs.secrets,
    ...(isInFolders && { functionFiles: filesInFolders(names) }),
  }
}

/** An app is one document of at most 16 MiB. */
const mostSource = 10_485_760

const refuseTooMuch = (functions: Parts['functions'], report: Report): void => {
  const characters = functions.reduce((sum, { source }) => sum + source.length, 0)
  if (characters > mostSource) {
    const message = `holds ${characters} characters of sources; all of them together may be ${mostSource}`
    report({ file: 'functions', message })
  }
}

const refuseUnknownValues = (needed: Reading['needs']['values'], values: Parts['values']): void => {
  const names = values.map(({ name }) => name)
  for (const { name, place } of needed) {
    if (names.includes(name)) continue
    complain(place, `names the value "${name}", which is not in values/: ${suggest(name, names)}`)
  }
}

const filesInFolders = (names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map(name => [name, `functions/${name}/source.js`]))

const describeMissing = (name: string, names: readonly string[]): string =>
  `names the function "${name}", which is not in functions/: ${suggest(name, names)}`

type Unserved = {
  readonly root: RootFile | undefined
  readonly parts: Parts
  readonly notes: Reading['notes']
  /** Files that are too large to be kept. */
  readonly leftOut: readonly string[]
}

const describeUnserved = async (
  files: DirectoryFiles,
  { root, parts, notes, leftOut }: Unserved,
): Promise<string | undefined> => {
  const { later, never } = await findUnreadParts(files, root)
  const hasLogin = parts.providers.some(({ disabled }) => !disabled)
  return toWarning({
    'not served yet': [...notes.later, ...later],
    'not offered': [...new Set([...notes.never, ...never])],
    ignored: [...notes.ignored, ...(await findMistyped(files))],
    'not kept': leftOut,
    'nobody can log in': hasLogin ? [] : ['no auth provider is enabled'],
    'better another way': notes.advice,
  })
}

const toWarning = (notes: Readonly<Record<string, readonly string[]>>): string | undefined => {
  const said = Object.entries(notes)
    .filter(([, names]) => names.length > 0)
    .map(([about, names]) => `${about}: ${names.join(', ')}`)
  return said.length > 0 ? said.join('; ') : undefined
}
