import { z } from 'zod'
import { itemId } from './item.ts'

/** One deployment of an app. */
export const deploymentWire = z.object({
  _id: itemId,
  number: z.number().describe('1, 2, 3 … within the app.'),
  name: z.string(),
  app_id: z.string(),
  draft_id: z.string(),
  user_id: z.string().describe("The operator's; empty for the server itself."),
  user: z.string().describe('What people call the operator.'),
  deployed_at: z.number().describe('Seconds since 1970.'),
  origin: z.enum(['DIRECTORY', 'PUSH', 'CHANGE', 'ROLLBACK']),
  commit: z.string(),
  status: z.literal('successful').describe('What fails is no deployment.'),
  status_error_message: z.string(),
  diff_url: z.string(),
  remote_location: z.string(),
})

/** Which page of deployments, the newest first. */
export const listDeploymentsQuery = z.object({
  before: z.string().optional().describe('Id of a deployment: only those before it.'),
  limit: z.string().optional().describe('1 to 100, default 25.'),
  draft_id: z.string().optional(),
  user_id: z.string().optional(),
})

/** Changes that one operator gathers, to deploy them together. */
export const draftWire = z.object({
  _id: itemId,
  user_id: z.string(),
  app: z.object({ _id: z.string(), client_app_id: z.string(), name: z.string() }),
  created_at: z.number().describe('Seconds since 1970.'),
})

export const deployDraftBody = z.object({ name: z.string().max(256).nullish() })

/** What a draft changes, in lines for people. */
export const draftDiffWire = z.object({
  diffs: z.array(z.string()),
  hosting_files_diff: z.object({
    added: z.array(z.string()),
    deleted: z.array(z.string()),
    modified: z.array(z.string()),
  }),
})

/** How changes come into an app; kept, because some clients ask for it. */
export const deployConfigWire = z.object({
  ui_drafts_disabled: z.boolean(),
  automatic_deployment: z.object({
    enabled: z.boolean(),
    provider: z.string(),
    installation_ids: z.array(z.string()),
  }),
  last_modified: z.number().describe('Seconds since 1970.'),
})

/** Deploying from a repository is not offered: a change of it must leave it off. */
export const deployConfigBody = z.object({
  ui_drafts_disabled: z.boolean().nullish(),
  automatic_deployment: z.object({ enabled: z.literal(false).nullish() }).nullish(),
})

export type DeploymentWire = Readonly<z.infer<typeof deploymentWire>>
export type DraftWire = Readonly<z.infer<typeof draftWire>>
export type DraftDiffWire = Readonly<z.infer<typeof draftDiffWire>>
export type DeployConfigWire = Readonly<z.infer<typeof deployConfigWire>>
