import { z } from 'zod'

/** An app as the Admin API shows it. Times are seconds since 1970. */
export type AppWire = {
  /** The internal id, used in Admin API paths. */
  readonly _id: string
  readonly client_app_id: string
  readonly name: string
  readonly location: string
  readonly deployment_model: 'GLOBAL' | 'LOCAL'
  readonly domain_id: string
  readonly group_id: string
  readonly last_modified: number
  readonly product: 'standard'
}

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
