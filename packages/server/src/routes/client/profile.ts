import { clientPaths, type ProfileWire } from '@regent/protocol'
import type { FastifyInstance } from 'fastify'
import { profileData, type User } from '../../domain/user.ts'
import type { HttpContext } from '../../http/context.ts'
import { requireAccess } from '../../http/require-session.ts'
import type { AccessClaims } from '../../security/tokens.ts'
import { deleteAccount } from '../../use-cases/delete-account.ts'
import { getProfile } from '../../use-cases/profile.ts'
import { readOwnData } from '../../use-cases/users/data.ts'
import { toUserDataWire } from './user-data.ts'

const toProfile = (user: User): ProfileWire => ({
  user_id: user.id,
  domain_id: user.appId,
  identities: user.identities.map(identity => ({
    id: identity.id,
    provider_type: identity.providerType,
    provider_id: identity.providerId,
  })),
  data: profileData(user),
  type: user.type,
})

/** What a user may see and do of itself; all take the access token. */
export const profileRoutes = (server: FastifyInstance, context: HttpContext): void => {
  const { deps } = context
  const onRequest = requireAccess(context)

  server.get(clientPaths.profile(), { onRequest }, async request =>
    toProfile(await getProfile(deps, request.vars.claims as AccessClaims)),
  )

  server.get(clientPaths.exportData(), { onRequest }, async request =>
    toUserDataWire(await readOwnData(deps, request.vars.claims as AccessClaims)),
  )

  server.delete(clientPaths.deleteUser(), { onRequest }, async (request, reply) => {
    await deleteAccount(deps, request.vars.claims as AccessClaims)
    return reply.code(204).send()
  })
}
