import { type ApiKeyWire, apiKeyBody, clientPaths, type NewApiKeyWire } from '@regent/protocol'
import type { FastifyInstance } from 'fastify'
import type { ApiKey } from '../../domain/api-key.ts'
import { readShape } from '../../errors.ts'
import type { HttpContext } from '../../http/context.ts'
import { requireRefresh } from '../../http/require-session.ts'
import {
  createOwnKey,
  deleteOwnKey,
  getOwnKey,
  listOwnKeys,
  setOwnKeyDisabled,
} from '../../use-cases/api-keys/own-keys.ts'

const toWire = ({ id, name, disabled }: ApiKey): ApiKeyWire => ({ _id: id, name, disabled })

type OfKey = { Params: { id: string } }

/**
 * API keys of the user who asks; all take the refresh token.
 *
 * @see realm-core `app.cpp` (`UserAPIKeyProviderClient`); realm-web `ApiKeyAuth.ts`
 */
export const apiKeyRoutes = (server: FastifyInstance, context: HttpContext): void => {
  const { deps } = context
  const onRequest = requireRefresh(context)
  const keys = clientPaths.apiKeys()
  const key = clientPaths.apiKey(':id')

  server.get(keys, { onRequest }, async request =>
    (await listOwnKeys(deps, request.vars.bearer as string)).map(toWire),
  )

  server.post(keys, { onRequest }, async (request, reply) => {
    const { name } = readShape(apiKeyBody, request.body === undefined ? {} : request.body)
    const made = await createOwnKey(deps, request.vars.bearer as string, name)
    reply.code(201)
    return { ...toWire(made.apiKey), key: made.key } satisfies NewApiKeyWire
  })

  server.get<OfKey>(key, { onRequest }, async ({ vars, params }) =>
    toWire(await getOwnKey(deps, vars.bearer as string, params.id)),
  )

  server.delete<OfKey>(key, { onRequest }, async ({ vars, params }, reply) => {
    await deleteOwnKey(deps, vars.bearer as string, params.id)
    return reply.code(204).send()
  })

  const put = (path: string, disabled: boolean): void => {
    server.put<OfKey>(path, { onRequest }, async ({ vars, params }, reply) => {
      await setOwnKeyDisabled(deps, vars.bearer as string, { keyId: params.id, disabled })
      return reply.code(204).send()
    })
  }
  put(clientPaths.enableApiKey(':id'), false)
  put(clientPaths.disableApiKey(':id'), true)
}
