import {
  type AdminApiKeyWire,
  adminPaths,
  apiKeyBody,
  type NewAdminApiKeyWire,
} from '@regent/protocol'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { ApiKey } from '../../domain/api-key.ts'
import type { App } from '../../domain/app.ts'
import { AppError, readShape } from '../../errors.ts'
import type { HttpContext } from '../../http/context.ts'
import {
  createServerKey,
  deleteAnyKey,
  disableAnyKey,
  enableAnyKey,
  getKey,
  listKeys,
} from '../../use-cases/admin/api-keys.ts'
import { getApp } from '../../use-cases/admin/apps.ts'

const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000)

const toWire = (key: ApiKey): AdminApiKeyWire => ({
  _id: key.id,
  name: key.name,
  disabled: key.disabled,
  prefix: key.prefix,
  user_id: key.userId,
  created_at: seconds(key.createdAt),
  ...(key.lastUsedAt !== undefined && { last_used_at: seconds(key.lastUsedAt) }),
})

type OfApp = { Params: { appId: string }; Querystring: { prefix?: unknown } }
type OfKey = { Params: { appId: string; keyId: string } }

/** @throws `fieldInvalid`, for a parameter given twice too. */
const readPrefix = (prefix: unknown): string | undefined => {
  if (prefix === undefined || typeof prefix === 'string') return prefix
  throw new AppError('fieldInvalid', { detail: "'prefix' must be given once" })
}

/** Server keys of an app; with `?prefix=`, all its keys that begin so. Each may be looked at and ended by its id. */
export const apiKeyRoutes = (server: FastifyInstance, { deps }: HttpContext): void => {
  const keys = adminPaths.apiKeys(':projectId', ':appId')
  const key = adminPaths.apiKey(':projectId', ':appId', ':keyId')

  server.get<OfApp>(keys, async ({ params, query }) => {
    const prefix = readPrefix(query.prefix)
    return (await listKeys(deps, await getApp(deps, params.appId), { prefix })).map(toWire)
  })

  server.post<OfApp>(keys, async ({ params, body }, reply) => {
    const app = await getApp(deps, params.appId)
    const { name } = readShape(apiKeyBody, body === undefined ? {} : body)
    const made = await createServerKey(deps, app, name)
    reply.code(201)
    return { ...toWire(made.apiKey), key: made.key } satisfies NewAdminApiKeyWire
  })

  server.get<OfKey>(key, async ({ params }) =>
    toWire(await getKey(deps, await getApp(deps, params.appId), params.keyId)),
  )

  const change = (
    method: 'PUT' | 'DELETE',
    url: string,
    run: (app: App, keyId: string) => Promise<void>,
  ): void => {
    server.route<OfKey>({
      method,
      url,
      handler: async ({ params }, reply): Promise<FastifyReply> => {
        await run(await getApp(deps, params.appId), params.keyId)
        return reply.code(204).send()
      },
    })
  }
  change('DELETE', key, (app, id) => deleteAnyKey(deps, app, id))
  change('PUT', adminPaths.enableApiKey(':projectId', ':appId', ':keyId'), (app, id) =>
    enableAnyKey(deps, app, id),
  )
  change('PUT', adminPaths.disableApiKey(':projectId', ':appId', ':keyId'), (app, id) =>
    disableAnyKey(deps, app, id),
  )
}
