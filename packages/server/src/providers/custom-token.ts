import { customTokenPayload } from '@regent/protocol'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { readShape } from '../errors.ts'
import type { TokenTrust } from '../security/foreign-tokens.ts'
import { readMetadata } from './metadata.ts'
import type { AppProvider } from './oauth/app-provider.ts'
import { askProvider, ProviderTrouble } from './oauth/trouble.ts'
import type { ProvenIdentity, Provider } from './provider.ts'

const texts = z
  .union([z.string(), z.array(z.string())])
  .transform(value => [value].flat().filter(text => text !== ''))

const configShape = z.object({
  audience: texts.default([]),
  requireAnyAudience: z.boolean().default(false),
  signingAlgorithm: z.enum(['HS256', 'RS256', 'ES256', 'EdDSA']),
  useJWKURI: z.boolean().default(false),
  jwkURI: z.string().optional(),
})

const unavailable = (message: string): ProviderTrouble =>
  new ProviderTrouble(message, { isUnavailable: true })

/** The keys that `secret_config.signingKeys` names, read anew each time: a changed secret counts at once. */
const readKeys = async ({ appSecrets }: Deps, { app, entry }: AppProvider): Promise<string[]> => {
  const names = [entry.secretConfig.signingKeys ?? []].flat()
  const values = await Promise.all(names.map(name => appSecrets.read(app.id, name)))
  const keys = values.filter(value => value !== undefined)
  if (keys.length === 0) throw unavailable('no secret of secret_config.signingKeys has a value')
  return keys
}

type TokenConfig = z.infer<typeof configShape>

const known = new WeakMap<AppProvider['entry'], TokenConfig>()

/** A deployed configuration never changes: it is read once. @throws ProviderTrouble when it was not checked at deploy */
const readConfig = (entry: AppProvider['entry']): TokenConfig => {
  const before = known.get(entry)
  if (before !== undefined) return before
  const { success, data, error } = configShape.safeParse(entry.config)
  if (!success) throw unavailable(`config.${error.issues[0]?.path.join('.')} is wrong`)
  known.set(entry, data)
  return data
}

/**
 * An empty `audience` takes any `aud` of tokens that a secret of the app checks, as the original's test apps rely on;
 * of tokens by a key set, which may sign for strangers too, only those that name the app.
 *
 * @throws ProviderTrouble for a configuration that was not checked at deploy, and for secrets without values
 */
const readTrust = async (deps: Deps, place: AppProvider): Promise<TokenTrust> => {
  const config = readConfig(place.entry)
  const { audience, requireAnyAudience, signingAlgorithm, useJWKURI, jwkURI = '' } = config
  return {
    algorithms: [signingAlgorithm],
    audiences: useJWKURI && audience.length === 0 ? [place.app.clientAppId] : audience,
    anyAudience: requireAnyAudience,
    keys: useJWKURI ? { jwksUri: jwkURI } : { texts: await readKeys(deps, place) },
  }
}

const prove = async (deps: Deps, place: AppProvider, token: string): Promise<ProvenIdentity> => {
  const claims = await deps.foreignTokens.verify(token, await readTrust(deps, place))
  return { id: claims.sub, data: readMetadata(claims, place.entry.metadataFields) }
}

/**
 * A JWT that another system of the app's owner signed. The identity is its `sub`; a token may be used until it
 * expires, as often as one likes.
 *
 * @see https://www.mongodb.com/docs/atlas/app-services/authentication/custom-jwt/
 */
export const customToken: Provider = {
  type: 'custom-token',
  canBeLinked: true,
  onePerUser: false,
  refusal: 'tokenRefused',
  accountOf: () => undefined,
  identify: async (deps, app, { payload, entry }) => {
    const { token } = readShape(customTokenPayload, payload)
    const place = { app, entry }
    return askProvider(deps, place, () => prove(deps, place, token))
  },
}
