import type { AppWire } from '@regent/protocol'
import { type App, usualRegion } from '../../domain/app.ts'
import { toSeconds } from '../to-seconds.ts'

/** An app as the Admin API shows it. */
export const toAppWire = ({ region, environment, ...app }: App, projectId: string): AppWire => ({
  _id: app.id,
  client_app_id: app.clientAppId,
  name: app.name,
  location: region?.location ?? usualRegion.location,
  provider_region: region?.providerRegion ?? usualRegion.providerRegion,
  deployment_model: region?.deploymentModel ?? usualRegion.deploymentModel,
  environment: environment.tag,
  domain_id: app.id,
  group_id: projectId,
  last_used: toSeconds(app.deployedAt),
  last_modified: toSeconds(app.deployedAt),
  product: 'standard',
})
