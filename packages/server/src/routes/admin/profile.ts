import { type AdminProfileWire, adminPaths } from '@regent/protocol'
import type { FastifyInstance } from 'fastify'
import type { HttpContext } from '../../http/context.ts'

/** Who the operator key is; clients take the project id from the one role. */
export const operatorRoutes = (server: FastifyInstance, { projectId }: HttpContext): void => {
  server.get(
    adminPaths.profile(),
    async (): Promise<AdminProfileWire> => ({
      user_id: projectId,
      domain_id: projectId,
      identities: [],
      data: { name: 'operator key' },
      type: 'system',
      roles: [{ role_name: 'GROUP_OWNER', group_id: projectId }],
    }),
  )
}
