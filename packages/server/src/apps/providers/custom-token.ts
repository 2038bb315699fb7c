import { z } from 'zod'
import { anObject, check, complain, flag, inside } from '../read/check.ts'
import { importedSecretName } from '../read/secrets-file.ts'
import { isBlank, webAddress } from './addresses.ts'
import { type CheckedEntry, demand, type Entry, type EntryReader } from './entry.ts'

const algorithms = ['HS256', 'RS256', 'ES256', 'EdDSA'] as const
const mostKeys = 3

const audienceRule = { error: 'must be text or a list of texts' }

const schema = z.looseObject(
  {
    audience: z.union([z.string(), z.array(z.string())], audienceRule).nullish(),
    requireAnyAudience: flag.nullish(),
    signingAlgorithm: z
      .enum(['', ...algorithms], { error: `must be one of ${algorithms.join(', ')}` })
      .nullish(),
    useJWKURI: flag.nullish(),
    jwkURI: webAddress.nullish(),
    signingKey: z.unknown().optional(),
  },
  anObject,
)

type Config = z.infer<typeof schema>

export const customToken: EntryReader = {
  fields: [...Object.keys(schema.shape), 'signingKeys'],
  read: entry => {
    const config = check(schema, entry.config, inside(entry.place, 'config'))
    if (!config) return undefined
    const { useJWKURI, requireAnyAudience } = config
    const common = {
      audience: [config.audience ?? []].flat().filter(audience => audience !== ''),
      requireAnyAudience: requireAnyAudience ?? false,
      signingAlgorithm: readAlgorithm(entry, config),
    }
    return useJWKURI ? readAddress(entry, config, common) : readKeys(entry, config, common)
  },
}

/**
 * The original set RS256 for a key set, whatever stood there before; a key set never holds a shared secret.
 */
const readAlgorithm = (entry: Entry, { signingAlgorithm, useJWKURI }: Config): string => {
  if (useJWKURI)
    return !signingAlgorithm || signingAlgorithm === 'HS256' ? 'RS256' : signingAlgorithm
  const value = signingAlgorithm || undefined
  const expected = `one of ${algorithms.join(', ')}`
  demand(entry, ['config', 'signingAlgorithm'], { value, expected })
  return value ?? 'HS256'
}

const readAddress = (
  entry: Entry,
  { jwkURI }: Config,
  common: Readonly<Record<string, unknown>>,
): CheckedEntry => {
  const value = !jwkURI || isBlank(jwkURI) ? undefined : jwkURI
  const expected = 'the address of a key set (JWKS), as useJWKURI is true'
  demand(entry, ['config', 'jwkURI'], { value, expected })
  return { config: { ...common, useJWKURI: true, jwkURI: value ?? '' } }
}

const readKeys = (
  entry: Entry,
  { signingKey }: Config,
  common: Readonly<Record<string, unknown>>,
): CheckedEntry => {
  const config = { ...common, useJWKURI: false }
  const { signingKeys, signingKey: oldName } = entry.secretConfig
  const names = [signingKeys ?? oldName ?? []].flat()
  if (names.length > mostKeys) {
    complain(
      inside(entry.place, 'secret_config', 'signingKeys'),
      `must be at most ${mostKeys} names`,
    )
  }
  if (names.length > 0) return { config, secretConfig: { signingKeys: names } }

  const inlineKey = readInlineKey(entry, signingKey)
  const expected = 'a list of 1 to 3 names of secrets'
  demand(entry, ['secret_config', 'signingKeys'], { value: inlineKey, expected })
  if (inlineKey === undefined) return { config, secretConfig: {} }
  const name = importedSecretName(entry.type, 'signingKey')
  return { config, secretConfig: { signingKeys: [name] }, secrets: { [name]: inlineKey } }
}

/** Older configurations hold the key itself; it becomes a secret, and no message tells it. */
const readInlineKey = ({ place }: Entry, value: unknown): string | undefined => {
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value === 'string') return value
  complain(inside(place, 'config', 'signingKey'), 'must be text')
  return undefined
}
