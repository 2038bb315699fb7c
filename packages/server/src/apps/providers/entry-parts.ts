import { domainToASCII } from 'node:url'
import { z } from 'zod'
import type { AuthProvider, MetadataField } from '../../domain/app.ts'
import { isSecretName } from '../../domain/secret.ts'
import { check, complain, fields, inside, type Place, refuseSlips, text } from '../read/check.ts'
import { link } from './addresses.ts'

const secretRule = 'must be the name of a secret (1 to 64 letters, digits, _ or -), never its value'

/** The names in `secret_config`. A value that was put there by mistake is told to nobody. */
export const readSecretConfig = (value: unknown, place: Place): AuthProvider['secretConfig'] => {
  const names: Record<string, string | readonly string[]> = {}
  for (const [field, given] of Object.entries(check(fields, value ?? {}, place) ?? {})) {
    const list = [given].flat().filter(name => name !== '' && name !== null)
    if (list.length === 0) continue
    const found = list.filter(name => typeof name === 'string' && isSecretName(name))
    if (found.length < list.length) complain(inside(place, field), secretRule)
    else if (Array.isArray(given) && field === 'signingKeys') names[field] = found as string[]
    else if (found.length > 1) complain(inside(place, field), 'must be one name')
    else names[field] = found[0] as string
  }
  return names
}

const metadataField = z.union(
  [
    z.looseObject({
      name: text.min(1),
      required: z.union([z.boolean(), z.stringbool()]).nullish(),
      field_name: z.string().max(63).nullish(),
    }),
    text.min(1).transform(name => ({ name, required: false, field_name: undefined })),
  ],
  {
    error:
      'must be an object with name, required (true or false) and field_name (at most 63 characters)',
  },
)

/**
 * Reads `metadata_fields`. Without `field_name` the last part of the path is the key in the profile.
 *
 * @see https://www.mongodb.com/docs/atlas/app-services/authentication/custom-jwt/
 */
export const readMetadataFields = (value: unknown, place: Place): MetadataField[] => {
  const schema = z.array(metadataField, { error: 'must be a list' })
  const fields = check(schema, value ?? [], place) ?? []
  for (const [index, field] of fields.entries()) {
    refuseSlips(field, ['name', 'required', 'field_name'], inside(place, index))
  }
  return fields.map(({ name, required, field_name }) => ({
    name,
    required: required ?? false,
    fieldName: field_name || lastPart(name),
  }))
}

/** Of `profile.full\.name` the key is `full.name`. */
const lastPart = (path: string): string =>
  (path.split(/(?<!\\)\./).at(-1) ?? path).replaceAll('\\.', '.')

/** What follows `#` is for the answer. */
const redirectUri = link.refine(value => !value.includes('#'), { error: 'must not hold #' })

/** Reads `redirect_uris`; they are compared exactly, so they stay as they are. */
export const readRedirectUris = (value: unknown, place: Place): string[] =>
  check(z.array(redirectUri, { error: 'must be a list of addresses' }), value ?? [], place) ?? []

const domainRule = { error: 'must be a domain like shop.example' }

const toDomain = (name: string): string =>
  domainToASCII(name.trim().replace(/^@/, '')).toLowerCase()

const domain = z
  .string(domainRule)
  .refine(name => /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(toDomain(name)), domainRule)
  .transform(toDomain)

/** Reads `domain_restrictions`, as domains in lower case. */
export const readDomains = (value: unknown, place: Place): string[] =>
  check(z.array(domain, { error: 'must be a list of domains' }), value ?? [], place) ?? []
