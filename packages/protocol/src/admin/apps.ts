import { z } from 'zod'

/** An app as the Admin API shows it. Times are seconds since 1970. */
export const appWire = z.object({
  _id: z.string().describe('The internal id, used in Admin API paths.'),
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

/** An app directory as files: path inside the directory, with `/`, to text. */
export const deployBody = z.object({
  files: z.record(z.string().min(1).max(512), z.string()),
  /** What messages call the directory, as the sender knows it. */
  source: z.string().max(1024).optional(),
})

export type DeployBody = z.infer<typeof deployBody>

/** What became of a deployment. */
export type DeployWire = {
  readonly app: AppWire
  readonly outcome: 'deployed' | 'unchanged' | 'store-newer'
  /** Parts of the directory that this server does not know yet. */
  readonly warnings: readonly string[]
}
