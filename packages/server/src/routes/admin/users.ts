import { type AdminUserWire, adminPaths } from '@regent/protocol'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { App } from '../../domain/app.ts'
import { profileData, type User } from '../../domain/user.ts'
import { AppError } from '../../errors.ts'
import type { HttpContext } from '../../http/context.ts'
import { getApp } from '../../use-cases/admin/apps.ts'
import {
  disableUser,
  enableUser,
  findUserByEmail,
  getUser,
  listUsers,
  logOutUser,
  removeUser,
} from '../../use-cases/admin/users.ts'

const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000)

const toWire = (user: User): AdminUserWire => ({
  _id: user.id,
  identities: user.identities.map(identity => ({
    id: identity.id,
    provider_type: identity.providerType,
    provider_id: identity.providerId,
    provider_data: identity.data,
  })),
  type: user.type,
  creation_date: seconds(user.createdAt),
  last_authentication_date: seconds(user.lastLoginAt),
  disabled: user.disabled,
  data: profileData(user),
})

type OfApp = { Params: { appId: string } }
type OfUser = { Params: { appId: string; userId: string } }
type Listing = OfApp & {
  Querystring: { after?: unknown; limit?: unknown; email?: unknown }
}

const mostUsers = 50

/** @throws `fieldInvalid`, for a parameter given twice too. */
const readText = (value: unknown, name: string): string | undefined => {
  if (value === undefined || typeof value === 'string') return value
  throw new AppError('fieldInvalid', { detail: `'${name}' must be given once` })
}

const readLimit = (value: unknown): number => {
  const limit = Number(readText(value, 'limit') ?? mostUsers)
  if (Number.isInteger(limit) && limit >= 1) return Math.min(limit, mostUsers)
  throw new AppError('fieldInvalid', { detail: "'limit' must be a whole number of at least 1" })
}

/** Users of an app; at most 50 in a list, the next ones with `?after=` the last id. */
export const userRoutes = (server: FastifyInstance, { deps }: HttpContext): void => {
  const change = (
    path: string,
    method: 'PUT' | 'DELETE',
    run: (app: App, userId: string) => Promise<void>,
  ): void => {
    server.route<OfUser>({
      method,
      url: path,
      handler: async ({ params }, reply): Promise<FastifyReply> => {
        await run(await getApp(deps, params.appId), params.userId)
        return reply.code(204).send()
      },
    })
  }

  server.get<Listing>(adminPaths.users(':projectId', ':appId'), async ({ params, query }) => {
    const app = await getApp(deps, params.appId)
    const email = readText(query.email, 'email')
    if (email !== undefined) {
      const user = await findUserByEmail(deps, app, email)
      return user ? [toWire(user)] : []
    }
    const page = { after: readText(query.after, 'after'), limit: readLimit(query.limit) }
    return (await listUsers(deps, app, page)).map(toWire)
  })

  server.get<OfUser>(adminPaths.user(':projectId', ':appId', ':userId'), async ({ params }) => {
    const app = await getApp(deps, params.appId)
    return toWire(await getUser(deps, app, params.userId))
  })

  change(adminPaths.user(':projectId', ':appId', ':userId'), 'DELETE', (app, userId) =>
    removeUser(deps, app, userId),
  )
  change(adminPaths.disableUser(':projectId', ':appId', ':userId'), 'PUT', (app, userId) =>
    disableUser(deps, app, userId),
  )
  change(adminPaths.enableUser(':projectId', ':appId', ':userId'), 'PUT', (app, userId) =>
    enableUser(deps, app, userId),
  )
  change(adminPaths.logOutUser(':projectId', ':appId', ':userId'), 'PUT', (app, userId) =>
    logOutUser(deps, app, userId),
  )
}
