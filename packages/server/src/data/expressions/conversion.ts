import { Binary, ObjectId, UUID } from 'bson'

const hex24 = /^[0-9a-f]{24}$/i

/** Each gives `undefined` for what it cannot convert: nothing is equal to that. */
const conversions: Readonly<Record<string, (value: unknown) => unknown>> = {
  '%stringToOid': value =>
    typeof value === 'string' && hex24.test(value)
      ? ObjectId.createFromHexString(value)
      : undefined,
  '%oidToString': value => (value instanceof ObjectId ? value.toHexString() : undefined),
  '%stringToUuid': value =>
    typeof value === 'string' && UUID.isValid(value) ? new UUID(value).toBinary() : undefined,
  '%uuidToString': value =>
    value instanceof Binary && value.sub_type === Binary.SUBTYPE_UUID
      ? value.toUUID().toHexString()
      : undefined,
}

export const findConversion = (name: string): ((value: unknown) => unknown) | undefined =>
  Object.hasOwn(conversions, name) ? conversions[name] : undefined
