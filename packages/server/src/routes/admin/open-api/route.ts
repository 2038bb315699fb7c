import { adminPaths } from '@regent/protocol'
import { z } from 'zod'
import { type AdminRoute, adminRoute } from '../route.ts'
import { describeApi, type OpenApi } from './describe.ts'

/** The route that describes all routes, itself included; the description is made when it is first asked for. */
export const openApiRoute = (routes: () => readonly AdminRoute[]): AdminRoute => {
  let document: OpenApi | undefined
  return adminRoute({
    method: 'GET',
    path: adminPaths.openApi(),
    operation: 'getOpenApi',
    summary: 'This description, as OpenAPI 3.1.',
    tag: 'server',
    access: 'open',
    answer: { status: 200, shape: z.looseObject({ openapi: z.string() }) },
    handle: async () => {
      document ??= describeApi(routes())
      return document
    },
  })
}
