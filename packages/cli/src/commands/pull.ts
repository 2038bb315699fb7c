import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, resolve, sep } from 'node:path'
import type { AdminApp, AppFiles } from '@regent/sdk/admin'
import { type CommandInput, optionText, type Run } from '../command.ts'
import { CliError } from '../errors.ts'
import { toCount, toLine, writeJson } from '../output.ts'
import { type FoundServer, findApp, findServer } from '../running-server.ts'
import { findDeployment } from './deployments/find-deployment.ts'

const rootFiles = ['root_config.json', 'realm_config.json', 'config.json', 'stitch.json']

/** Places of an app: what is there and not in the app goes. */
const ofApp =
  /^(?:auth|auth_providers|data_sources|environments|functions|graphql|hosting|https?_endpoints|log_forwarders|mail|services|sync|triggers|values)\/|^(?:root_config|realm_config|config|stitch|regent|data_api_config)\.json$/

const pull = async (server: FoundServer, app: AdminApp, input: CommandInput): Promise<AppFiles> => {
  const number = optionText(input, 'deployment')
  const { admin, ask } = server
  if (number === undefined) return ask(admin.apps.pull(app))
  const { id } = await findDeployment(server, app, number)
  return ask(admin.apps.pull(app, { deploymentId: id }))
}

/** Names in a folder; none when it is not there. */
const namesIn = async (folder: string): Promise<string[]> => {
  try {
    return await readdir(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    const detail = error instanceof Error ? error.message : String(error)
    throw new CliError('folderUnwritable', { folder, detail }, { cause: error })
  }
}

/** What the folder holds of an app; refused when it is something else, or another app. */
const readBefore = async (
  folder: string,
  { clientAppId, name }: AdminApp,
): Promise<ReadonlyMap<string, Uint8Array>> => {
  const names = await namesIn(folder)
  const rootFile = rootFiles.find(file => names.includes(file))
  if (rootFile === undefined) {
    if (names.length > 0) throw new CliError('folderInUse', { folder })
    return new Map()
  }
  const { collectDirectory } = await import('@regent/server')
  const { files } = await collectDirectory(folder)
  const root = readRoot(files.get(rootFile))
  const isSame = root.app_id ? root.app_id === clientAppId : root.name === name
  if (!isSame) {
    const other = String(root.app_id ?? root.name ?? 'an app')
    throw new CliError('folderOfOther', { folder, other, app: clientAppId })
  }
  return files
}

const readRoot = (bytes: Uint8Array | undefined): Record<string, unknown> => {
  try {
    return { ...(JSON.parse(Buffer.from(bytes ?? '').toString()) as object) }
  } catch {
    return {}
  }
}

/** Inside the folder, and no hidden file: programs find their settings in some of those, and no server keeps any. */
const isFileOfApp = (folder: string, path: string): boolean =>
  resolve(folder, path).startsWith(folder + sep) &&
  path.split(/[\\/]/).every(name => !name.startsWith('.'))

type Written = { readonly written: string[]; readonly removed: string[] }

const writeFiles = async (
  folder: string,
  files: AppFiles,
  before: ReadonlyMap<string, Uint8Array>,
): Promise<Written> => {
  const written: string[] = []
  for (const [path, content] of Object.entries(files)) {
    if (!isFileOfApp(folder, path)) throw new CliError('pathWrong', { path })
    const file = resolve(folder, path)
    const bytes = Buffer.from(content as string)
    const known = before.get(path)
    if (known && Buffer.compare(known, bytes) === 0) continue
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, bytes)
    written.push(path)
  }
  const removed = [...before.keys()].filter(
    path => !(path in files) && ofApp.test(path) && !path.includes('node_modules'),
  )
  for (const path of removed) await rm(resolve(folder, path))
  return { written, removed }
}

export const run: Run = async (input, terminal) => {
  const server = await findServer(input, terminal)
  const app = await findApp(server, input)
  const folder = resolve(terminal.cwd, input.args[0] ?? app.name)
  const before = await readBefore(folder, app)
  const files = await pull(server, app, input)
  const { written, removed } = await writeFiles(folder, files, before).catch((cause: unknown) => {
    if (cause instanceof CliError || !(cause instanceof Error)) throw cause
    throw new CliError('folderUnwritable', { folder, detail: cause.message }, { cause })
  })

  if (input.options.json) return writeJson(terminal, { folder, written, removed })
  for (const path of removed) terminal.write(`${terminal.paint('red', `- ${toLine(path)}`)}\n`)
  const changes = [
    `${toCount(written.length, 'file')} written`,
    ...(removed.length > 0 ? [`${removed.length} removed`] : []),
  ]
  terminal.write(
    `${terminal.paint('green', '✓')} ${app.clientAppId} is in ${toLine(folder)}: ${changes.join(', ')}.\n`,
  )
}
