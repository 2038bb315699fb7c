import { isExpansion } from '../../data/expressions/expansion.ts'
import type { CollectionRules, CustomUserData, DataSource } from '../../domain/data-source.ts'
import type { Fields } from '../fields.ts'

/** A field by which documents are looked for at each request, and on whose behalf. */
export type Lookup = { readonly field: string; readonly by: string }

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** True for what is compared with something of the user, converted or not: `%%user.id`, `{ "%stringToOid": "%%user.id" }`. */
const isAboutUser = (value: unknown): boolean => {
  if (typeof value === 'string') return isExpansion(value) && value.startsWith('%%user')
  if (!isFields(value)) return false
  const entries = Object.entries(value)
  return entries.length > 0 && entries.every(([, inner]) => isAboutUser(inner))
}

const fieldsOf = (value: unknown): string[] => {
  if (!isFields(value)) return []
  return Object.entries(value).flatMap(([key, inner]) => {
    if (/^[%$](?:and|or)$/.test(key)) return [inner].flat().flatMap(fieldsOf)
    const isField = !/^[%$]/.test(key)
    return isField && isAboutUser(inner) ? [key] : []
  })
}

/** The fields that the rules of a collection, and custom user data if it is there, compare with the user. */
export const lookupsOf = (
  { roles, filters, database, collection }: CollectionRules,
  { name }: DataSource,
  customUserData: CustomUserData | undefined,
): Lookup[] => {
  const isCustom =
    customUserData?.source === name &&
    customUserData.database === database &&
    customUserData.collection === collection
  const found = [
    ...(isCustom ? [{ field: customUserData.userIdField, by: 'custom user data' }] : []),
    ...filters.flatMap(filter =>
      fieldsOf(filter.query).map(field => ({ field, by: `filter "${filter.name}"` })),
    ),
    ...roles.flatMap(role =>
      fieldsOf(role.applyWhen).map(field => ({ field, by: `role "${role.name}"` })),
    ),
  ]
  return found.filter(
    ({ field }, index) =>
      field !== '_id' && found.findIndex(other => other.field === field) === index,
  )
}
