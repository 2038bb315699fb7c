import { z } from 'zod'

/** An app as the Admin API shows it. Times are seconds since 1970. */
export const appWire = z.object({
  _id: z.string().describe('The internal id, used in paths of this API.'),
  client_app_id: z.string(),
  name: z.string(),
  location: z.string(),
  provider_region: z.string(),
  deployment_model: z.enum(['GLOBAL', 'LOCAL']),
  environment: z.string(),
  domain_id: z.string(),
  group_id: z.string(),
  last_used: z.number(),
  last_modified: z.number(),
  product: z.literal('standard'),
})

export type AppWire = Readonly<z.infer<typeof appWire>>

export const listAppsQuery = z.object({
  product: z.string().optional().describe('Kinds of apps, with commas between; ours are standard.'),
})

const environments = z.enum(['', 'no-environment', 'development', 'testing', 'qa', 'production'])

/** Body of the making of an app; what the original took beside it is ignored. */
export const newAppBody = z.object({
  name: z.string(),
  location: z.string().max(64).nullish(),
  provider_region: z.string().max(64).nullish(),
  deployment_model: z.enum(['GLOBAL', 'LOCAL']).nullish(),
  environment: environments.nullish(),
  data_source: z
    .looseObject({ name: z.string(), type: z.string().nullish() })
    .nullish()
    .describe('A data source to begin with.'),
})

export type NewAppBody = z.infer<typeof newAppBody>

/** A file: its text, or its bytes where they are no text. */
const fileWire = z.union([z.string(), z.object({ base64: z.base64() })])

/** Files by their path below the app's directory, with `/`. */
const filesWire = z.record(z.string().min(1).max(512), fileWire)

export type FilesWire = Readonly<z.infer<typeof filesWire>>

const secretValue = z.string().min(1).max(16_384)

/** An app directory as files. */
export const deployBody = z.object({
  files: filesWire,
  source: z
    .string()
    .max(1024)
    .optional()
    .describe('What messages call the directory, as the sender knows it.'),
  app_id: z
    .string()
    .optional()
    .describe('Internal id of the app that is meant, whatever app_id the files have.'),
  secrets: z.record(z.string(), secretValue).optional().describe('Values of secrets by name.'),
  secret_variables: z
    .record(z.string().regex(/^REGENT_SECRET_/), secretValue)
    .optional()
    .describe('The same by variable, as in REGENT_SECRET_IDP_KEY.'),
})

export type DeployBody = z.infer<typeof deployBody>

export const deployQuery = z.object({
  dry_run: z.enum(['true', 'false', '']).optional().describe('Says what would change, and stops.'),
})

/** What a deployment changes in one part of an app. */
const itemChangeWire = z.object({
  kind: z.string(),
  name: z.string(),
  change: z.enum(['added', 'changed', 'removed']),
  lines: z
    .array(z.string())
    .describe(
      'Its text with "+ ", "- " or two blanks before each line, and "…" for what is left out.',
    ),
})

export type ItemChangeWire = Readonly<z.infer<typeof itemChangeWire>>

/** What became of a deployment. */
export const deployWire = z.object({
  app: appWire.optional().describe('Absent for an app that is only planned.'),
  outcome: z.enum(['deployed', 'unchanged', 'planned']),
  deployment: z.number().describe('Number of the deployment that runs; 0 before the first.'),
  changes: z.array(itemChangeWire),
  warnings: z
    .array(z.string())
    .describe('What the directory holds and this server does not serve.'),
})

export type DeployWire = Readonly<z.infer<typeof deployWire>>

export const directoryQuery = z.object({
  deployment: z.string().optional().describe('Id of an earlier deployment; default what runs now.'),
})

/** An app's directory, byte by byte as it was deployed. */
export const directoryWire = z.object({ files: filesWire })

export type DirectoryWire = Readonly<z.infer<typeof directoryWire>>
