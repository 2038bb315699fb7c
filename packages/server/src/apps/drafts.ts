import type { Deps } from '../deps.ts'
import type { App, ItemId } from '../domain/app.ts'
import { isId } from '../domain/id.ts'
import type { Operator } from '../domain/operator.ts'
import { AppError } from '../errors.ts'
import type { Deployment } from '../store/deployments.ts'
import type { Draft } from '../store/drafts.ts'
import { keepFiles, readFilesOf, readTree } from './definition/kept-files.ts'
import { mergeFiles } from './definition/merge-files.ts'
import { type DeployDeps, putDirectory } from './deploy.ts'
import { getDeployment } from './deployments.ts'
import { diffFiles, type ItemChange } from './diff/diff-files.ts'
import { readApp } from './read-app.ts'
import { readAppFiles } from './read-directory.ts'
import { refuseDirectory } from './refuse-directory.ts'

type ReadDeps = Pick<Deps, 'store'>
type AppOf = Pick<App, 'id'>
type Which = { readonly id: string; readonly by: Operator }

/** The operator's draft of the app, if there is one: their changes are gathered in it. */
export const listDrafts = async (
  { store }: ReadDeps,
  app: AppOf,
  by: Operator,
): Promise<Draft[]> => {
  const draft = await store.drafts.findByUser(app.id, by.id)
  return draft ? [draft] : []
}

/** @throws `draftNotFound`, for drafts of others too */
export const getDraft = async (
  { store }: ReadDeps,
  app: AppOf,
  { id, by }: Which,
): Promise<Draft> => {
  const draft = isId(id) ? await store.drafts.find(app.id, id) : undefined
  if (!draft || draft.userId !== by.id) throw new AppError('draftNotFound', { id })
  return draft
}

/** @throws `draftExists` */
export const createDraft = async (
  deps: Pick<Deps, 'store' | 'now' | 'newId'>,
  given: AppOf,
  by: Operator,
): Promise<Draft> => {
  const app = await readApp(deps, given)
  const base = app.tree ?? (await keepFiles(deps, app.id, await readFilesOf(deps, app)))
  const draft: Draft = {
    id: deps.newId(),
    appId: app.id,
    userId: by.id,
    base,
    tree: base,
    itemIds: app.itemIds ?? [],
    version: 0,
    createdAt: deps.now(),
  }
  if (!(await deps.store.drafts.insert(draft))) throw new AppError('draftExists')
  return draft
}

/** @throws `draftNotFound` */
export const discardDraft = async (deps: ReadDeps, app: AppOf, which: Which): Promise<void> => {
  const { id } = await getDraft(deps, app, which)
  if (!(await deps.store.drafts.remove(app.id, { id }))) throw new AppError('draftNotFound', { id })
}

/**
 * What the draft changes.
 *
 * @throws `draftNotFound`
 */
export const diffDraft = async (
  deps: ReadDeps,
  app: AppOf,
  which: Which,
): Promise<ItemChange[]> => {
  const { base, tree } = await getDraft(deps, app, which)
  return diffFiles(await readTree(deps, app.id, base), await readTree(deps, app.id, tree))
}

/** What the draft renamed, over what was renamed elsewhere meanwhile. */
const mergeIds = (running: readonly ItemId[], own: readonly ItemId[]): ItemId[] => {
  const isOwn = ({ kind, name, id }: ItemId): boolean =>
    own.some(one => one.kind === kind && (one.name === name || one.id === id))
  return [...running.filter(one => !isOwn(one)), ...own]
}

/**
 * Deploys a draft on top of what runs, and ends it.
 *
 * @throws `draftNotFound`; `draftConflicts` when a file of it was changed by somebody else since it was begun;
 * `deploymentRefused`
 */
export const deployDraft = (
  deps: DeployDeps,
  given: AppOf,
  { name, ...which }: Which & { readonly name?: string | undefined },
): Promise<Deployment> =>
  refuseDirectory(deps, async () => {
    while (true) {
      const draft = await getDraft(deps, given, which)
      const running = await readApp(deps, given)
      const put = await putDraft(deps, { draft, running, by: which.by, name })
      if (!put?.deployment) continue
      if (!(await deps.store.drafts.remove(given.id, draft))) {
        await deps.store.drafts.rebase(given.id, draft.id, put.tree ?? draft.tree)
        continue
      }
      return getDeployment(deps, given, put.deployment.id)
    }
  })

type Put = {
  readonly draft: Draft
  readonly running: App
  readonly by: Operator
  readonly name: string | undefined
}

const putDraft = async (
  deps: DeployDeps,
  { draft, running, by, name }: Put,
): Promise<App | undefined> => {
  const merged = mergeFiles({
    base: await readTree(deps, running.id, draft.base),
    ours: await readTree(deps, running.id, draft.tree),
    theirs: await readFilesOf(deps, running),
  })
  if (merged.conflicts.length > 0) {
    throw new AppError('draftConflicts', { files: merged.conflicts.join(', ') })
  }
  const directory = await readAppFiles(running.clientAppId, merged.files, { inParts: true })
  return putDirectory(deps, directory, {
    running,
    origin: 'change',
    by,
    itemIds: mergeIds(running.itemIds ?? [], draft.itemIds),
    draftId: draft.id,
    ...(name !== undefined && { name }),
  })
}
