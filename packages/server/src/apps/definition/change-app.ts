import type { Deps } from '../../deps.ts'
import type { App } from '../../domain/app.ts'
import type { Operator } from '../../domain/operator.ts'
import type { Draft } from '../../store/drafts.ts'
import type { Store } from '../../store/store.ts'
import { type DeployDeps, putDirectory } from '../deploy.ts'
import { readApp } from '../read-app.ts'
import { readAppFiles } from '../read-directory.ts'
import { refuseDirectory } from '../refuse-directory.ts'
import { writeSecrets } from '../secrets.ts'
import type { AppFiles, Definition } from './definition.ts'
import { keepFiles, readFilesOf, readTree } from './kept-files.ts'
import { type OpenDefinition, openDefinition } from './open-definition.ts'

type ReadDeps = Pick<Deps, 'store'>

/** What a change is made to: the app as it is in the store now, and the operator's draft if there is one. */
type Base = { readonly app: App; readonly draft: Draft | undefined; readonly open: OpenDefinition }

const readBase = async (deps: ReadDeps, appId: string, by?: Operator): Promise<Base> => {
  const { store } = deps
  const app = await readApp(deps, { id: appId })
  const draft = by && (await store.drafts.findByUser(appId, by.id))
  const files = draft ? await readTree(deps, appId, draft.tree) : await readFilesOf(deps, app)
  const { clientAppId } = app
  const itemIds = draft ? draft.itemIds : app.itemIds
  return { app, draft, open: openDefinition({ appId, clientAppId, files, itemIds }) }
}

/**
 * An app's directory as it runs now, also when another server deployed it a moment ago; with `by`, as the operator's draft
 * has it, if there is one.
 *
 * @throws `adminAppNotFound`
 */
export const readDefinition = async (
  deps: ReadDeps,
  { id }: Pick<App, 'id'>,
  by?: Operator,
): Promise<Definition> => (await readBase(deps, id, by)).open

/** Changes of one app wait for each other; those of other servers are found out when the app is put. */
const waiting = new WeakMap<Store, Map<string, Promise<unknown>>>()

const oneAfterAnother = async <T>(
  store: Store,
  appId: string,
  run: () => Promise<T>,
): Promise<T> => {
  const queue = waiting.get(store) ?? new Map<string, Promise<unknown>>()
  waiting.set(store, queue)
  const turn = (queue.get(appId) ?? Promise.resolve()).then(run, run)
  const settled = turn.catch(() => {})
  queue.set(appId, settled)
  void settled.then(() => queue.get(appId) === settled && queue.delete(appId))
  return turn
}

/**
 * Changes an app: `change` edits its directory, which is then checked whole and deployed as a new deployment, or kept in
 * the operator's draft when there is one. Nothing is deployed when `change` throws or leaves everything as it was. It is
 * called again when something else was deployed meanwhile, so it does nothing but edit.
 *
 * @throws `adminAppNotFound`, `deploymentRefused` when the directory would not be one that can be deployed, and what
 * `change` throws
 */
export const changeApp = <T>(
  deps: DeployDeps,
  { id }: Pick<App, 'id'>,
  by: Operator,
  change: (definition: Definition) => T,
): Promise<T> =>
  oneAfterAnother(deps.store, id, async () => {
    while (true) {
      const base = await readBase(deps, id, by)
      const result = change(base.open)
      if (!base.open.hasChanged() && !base.open.hasNewIds()) return result
      if (await keepChange(deps, base, by)) return result
    }
  })

const keepChange = (deps: DeployDeps, { app, draft, open }: Base, by: Operator): Promise<boolean> =>
  refuseDirectory(deps, async () => {
    const directory = await readAppFiles(app.clientAppId, open.files(), { inParts: true })
    if (draft) {
      await writeSecrets(deps, app, directory.secrets)
      return changeDraft(deps, draft, { files: directory.files ?? open.files(), open })
    }
    const itemIds = open.itemIds()
    const options = { running: app, origin: 'change', by, itemIds } as const
    const put = await putDirectory(deps, directory, options)
    if (!put) return false
    const { clientAppId, deployment } = put
    deps.log.info('deployed', { app: clientAppId, deployment: deployment?.number, by: by.name })
    return true
  })

/** The files are those without values of secrets: a draft is not sealed. */
const changeDraft = async (
  deps: DeployDeps,
  draft: Draft,
  { files, open }: { readonly files: AppFiles; readonly open: OpenDefinition },
): Promise<boolean> => {
  const tree = await keepFiles(deps, draft.appId, files)
  const version = draft.version + 1
  return deps.store.drafts.change({ ...draft, tree, version, itemIds: open.itemIds() })
}
