import {
  adminPaths,
  type DraftWire,
  deployDraftBody,
  deploymentWire,
  draftDiffWire,
  draftWire,
} from '@regent/protocol'
import { z } from 'zod'
import { describeChange, type ItemChange } from '../../../apps/diff/diff-files.ts'
import {
  createDraft,
  deployDraft,
  diffDraft,
  discardDraft,
  getDraft,
  listDrafts,
} from '../../../apps/drafts.ts'
import type { App } from '../../../domain/app.ts'
import type { Draft } from '../../../store/drafts.ts'
import { toSeconds } from '../../to-seconds.ts'
import { type AdminRoute, appRoute } from '../route.ts'
import { toDeploymentWire } from './deployments.ts'

const tag = 'drafts'
const one = adminPaths.draft(':projectId', ':appId', ':draftId')

const toWire = ({ id, userId, createdAt }: Draft, app: App): DraftWire => ({
  _id: id,
  user_id: userId,
  app: { _id: app.id, client_app_id: app.clientAppId, name: app.name },
  created_at: toSeconds(createdAt),
})

const hostingFolder = 'hosting/files'

const hostingFiles = (changes: readonly ItemChange[], change: ItemChange['change']): string[] =>
  changes
    .filter(one => one.change === change && one.name.startsWith(`${hostingFolder}/`))
    .map(({ name }) => name.slice(hostingFolder.length))

/** Changes that an operator gathers. While there is a draft, everything that the operator changes goes into it. */
export const draftRoutes: readonly AdminRoute[] = [
  appRoute({
    method: 'GET',
    path: adminPaths.drafts(':projectId', ':appId'),
    operation: 'listDrafts',
    summary: "The operator's own draft, if there is one.",
    tag,
    access: 'read',
    answer: { status: 200, shape: z.array(draftWire) },
    handle: async ({ deps, app, operator }) =>
      (await listDrafts(deps, app, operator)).map(draft => toWire(draft, app)),
  }),
  appRoute({
    method: 'POST',
    path: adminPaths.drafts(':projectId', ':appId'),
    operation: 'createDraft',
    summary: 'Gathers the changes of this operator from now on.',
    tag,
    access: 'write',
    answer: { status: 201, shape: draftWire },
    handle: async ({ deps, app, operator }) => toWire(await createDraft(deps, app, operator), app),
  }),
  appRoute({
    method: 'GET',
    path: one,
    operation: 'getDraft',
    summary: "The operator's draft.",
    tag,
    access: 'read',
    answer: { status: 200, shape: draftWire },
    handle: async ({ deps, app, operator: by, params: { draftId: id = '' } }) =>
      toWire(await getDraft(deps, app, { id, by }), app),
  }),
  appRoute({
    method: 'DELETE',
    path: one,
    operation: 'discardDraft',
    summary: 'Forgets the gathered changes.',
    tag,
    access: 'write',
    answer: { status: 204 },
    handle: ({ deps, app, operator: by, params: { draftId: id = '' } }) =>
      discardDraft(deps, app, { id, by }),
  }),
  appRoute({
    method: 'POST',
    path: adminPaths.deployDraft(':projectId', ':appId', ':draftId'),
    operation: 'deployDraft',
    summary: 'Deploys the gathered changes together, and ends the draft.',
    tag,
    access: 'write',
    body: deployDraftBody,
    answer: { status: 201, shape: deploymentWire },
    handle: async ({ deps, app, operator: by, body, params: { draftId: id = '' } }) =>
      toDeploymentWire(await deployDraft(deps, app, { id, by, name: body.name ?? undefined })),
  }),
  appRoute({
    method: 'GET',
    path: adminPaths.draftDiff(':projectId', ':appId', ':draftId'),
    operation: 'diffDraft',
    summary: 'What the gathered changes are.',
    tag,
    access: 'read',
    answer: { status: 200, shape: draftDiffWire },
    handle: async ({ deps, app, operator: by, params: { draftId: id = '' } }) => {
      const changes = await diffDraft(deps, app, { id, by })
      return {
        diffs: changes.map(describeChange),
        hosting_files_diff: {
          added: hostingFiles(changes, 'added'),
          deleted: hostingFiles(changes, 'removed'),
          modified: hostingFiles(changes, 'changed'),
        },
      }
    },
  }),
]
