import type { Deps } from '../../deps.ts'
import type { App } from '../../domain/app.ts'
import { digestOf, type FileStore } from '../../store/files.ts'
import type { Store } from '../../store/store.ts'
import type { AppFiles } from './definition.ts'
import { renderApp } from './render/render-app.ts'

type FilesDeps = { readonly store: Pick<Store, 'files'> }

/** Lists of files are remembered, the last ones of every store, when their files are not large. */
const remembered = new WeakMap<FileStore, Map<string, AppFiles>>()
const mostRemembered = 4
const largestRemembered = 4_194_304

const sizeOf = (files: AppFiles): number =>
  [...files.values()].reduce((sum, { length }) => sum + length, 0)

const remember = (store: FileStore, key: string, files: AppFiles): void => {
  if (sizeOf(files) > largestRemembered) return
  const lists = remembered.get(store) ?? new Map<string, AppFiles>()
  remembered.set(store, lists)
  lists.delete(key)
  lists.set(key, files)
  const [oldest] = lists.keys()
  if (lists.size > mostRemembered && oldest !== undefined) lists.delete(oldest)
}

type Line = readonly [path: string, digest: string]

const toList = (lines: readonly Line[]): Uint8Array =>
  Buffer.from(lines.map(([path, digest]) => `${digest} ${path}\n`).join(''))

const fromList = (bytes: Uint8Array): Line[] =>
  Buffer.from(bytes)
    .toString()
    .split('\n')
    .filter(Boolean)
    .map(line => [line.slice(65), line.slice(0, 64)])

const sorted = (files: AppFiles): [string, Uint8Array][] =>
  [...files].sort(([one], [other]) => (one < other ? -1 : 1))

/** Name of the list of these files: the same for the same files. */
export const treeOf = (files: AppFiles): string =>
  digestOf(toList(sorted(files).map(([path, bytes]) => [path, digestOf(bytes)])))

/** Keeps the files and their list; resolves its name. */
export const keepFiles = async (
  { store }: FilesDeps,
  appId: string,
  files: AppFiles,
): Promise<string> => {
  const all = sorted(files)
  const digests = await store.files.keep(
    appId,
    all.map(([, bytes]) => bytes),
  )
  const lines = all.map(([path], index) => [path, digests[index] as string] as const)
  const [tree] = await store.files.keep(appId, [toList(lines)])
  remember(store.files, `${appId}:${tree}`, new Map(all))
  return tree as string
}

/** @throws Error when a file of the list is gone, which nothing does. */
export const readTree = async (
  { store }: FilesDeps,
  appId: string,
  tree: string,
): Promise<AppFiles> => {
  const known = remembered.get(store.files)?.get(`${appId}:${tree}`)
  if (known) return known
  const list = (await store.files.read(appId, [tree])).get(tree)
  if (!list) throw new Error(`the files ${tree} of the app ${appId} are not kept`)
  const lines = fromList(list)
  const found = await store.files.read(
    appId,
    lines.map(([, digest]) => digest),
  )
  const files = new Map(
    lines.map(([path, digest]) => {
      const bytes = found.get(digest)
      if (!bytes) throw new Error(`the file ${path} of the app ${appId} is not kept`)
      return [path, bytes]
    }),
  )
  remember(store.files, `${appId}:${tree}`, files)
  return files
}

/** An app's files as they were deployed; of an app without files those that its configuration would come from. */
export const readFilesOf = async (deps: Pick<Deps, 'store'>, app: App): Promise<AppFiles> =>
  app.tree === undefined ? renderApp(app) : readTree(deps, app.id, app.tree)
