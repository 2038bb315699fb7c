import { type AdminProfileWire, adminPaths, adminProfileWire } from '@regent/protocol'
import type { Operator } from '../../domain/operator.ts'
import { type AdminRoute, adminRoute } from './route.ts'

const identityTypes = { admin: 'local-userpass', 'admin-key': 'mongodb-cloud' } as const

const identitiesOf = ({ id, kind }: Operator): AdminProfileWire['identities'] =>
  kind === 'key-file' ? [] : [{ id, provider_type: identityTypes[kind], provider_id: id }]

const types = { 'key-file': 'system', admin: 'normal', 'admin-key': 'server' } as const

/** One role of one project: clients take the project id from it. */
const toWire = (operator: Operator, projectId: string): AdminProfileWire => ({
  user_id: operator.id,
  domain_id: projectId,
  identities: identitiesOf(operator),
  data: { name: operator.name, ...(operator.kind === 'admin' && { email: operator.name }) },
  type: types[operator.kind],
  roles: [
    {
      role_name: operator.role === 'full' ? 'GROUP_OWNER' : 'GROUP_READ_ONLY',
      group_id: projectId,
    },
  ],
})

/** Who asks. */
export const profileRoutes: readonly AdminRoute[] = [
  adminRoute({
    method: 'GET',
    path: adminPaths.profile(),
    operation: 'getProfile',
    summary: 'Who asks, and the id of the project that all other paths begin with.',
    tag: 'operators',
    access: 'read',
    answer: { status: 200, shape: adminProfileWire },
    handle: async ({ operator, context }) => toWire(operator, context.projectId),
  }),
]
