import { adminPaths } from '@regent/protocol'
import { z } from 'zod'
import { type AdminRoute, adminRoute } from './route.ts'

const regions = [
  ['aws-us-east-1', 'US-VA'],
  ['aws-us-west-2', 'US-OR'],
  ['aws-eu-central-1', 'DE-FF'],
  ['aws-eu-west-1', 'IE'],
  ['aws-ap-southeast-2', 'AU'],
  ['aws-ap-south-1', 'IN-MB'],
  ['aws-ap-southeast-1', 'SG'],
  ['aws-sa-east-1', 'BR-SP'],
] as const

/** Regions that an app may say it is in: words that are kept, as a server is where it is. */
export const providerRegionRoutes: readonly AdminRoute[] = [
  adminRoute({
    method: 'GET',
    path: adminPaths.providerRegions(),
    operation: 'listProviderRegions',
    summary: 'Regions that an app may say it is in.',
    tag: 'apps',
    access: 'read',
    answer: {
      status: 200,
      shape: z.array(z.object({ id: z.string(), provider: z.string(), location: z.string() })),
    },
    handle: async () => regions.map(([id, location]) => ({ id, provider: 'aws', location })),
  }),
]
