import { adminPaths, type SecretWire, secretBody, secretChangeBody } from '@regent/protocol'
import type { FastifyInstance } from 'fastify'
import { readShape } from '../../errors.ts'
import type { HttpContext } from '../../http/context.ts'
import { getApp } from '../../use-cases/admin/apps.ts'
import {
  changeSecret,
  createSecret,
  listSecrets,
  removeSecret,
} from '../../use-cases/admin/secrets.ts'

type OfApp = { Params: { appId: string } }
type OfSecret = { Params: { appId: string; name: string } }

const toWire = (name: string): SecretWire => ({ _id: name, name })

/** Secrets of an app: their values come in and never out. */
export const secretRoutes = (server: FastifyInstance, { deps }: HttpContext): void => {
  const all = adminPaths.secrets(':projectId', ':appId')
  const one = adminPaths.secret(':projectId', ':appId', ':name')

  server.get<OfApp>(all, async ({ params }): Promise<SecretWire[]> => {
    const names = await listSecrets(deps, await getApp(deps, params.appId))
    return names.map(toWire)
  })

  server.post<OfApp>(all, async ({ params, body }, reply): Promise<SecretWire> => {
    const secret = readShape(secretBody, body)
    await createSecret(deps, await getApp(deps, params.appId), secret)
    reply.code(201)
    return toWire(secret.name)
  })

  server.put<OfSecret>(one, async ({ params, body }, reply) => {
    const secret = readShape(secretChangeBody, body)
    const app = await getApp(deps, params.appId)
    await changeSecret(deps, app, { from: params.name, ...secret })
    return reply.code(204).send()
  })

  server.delete<OfSecret>(one, async ({ params }, reply) => {
    await removeSecret(deps, await getApp(deps, params.appId), params.name)
    return reply.code(204).send()
  })
}
