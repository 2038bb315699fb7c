import { createRequire } from 'node:module'

type Data = Record<string, unknown>
type Decode = (value: unknown) => unknown

let decode: Decode | undefined

/**
 * Loaded when the first extended JSON is met: a program whose users have none starts without `bson`. Node
 * before 20.19 cannot load our reader at once, and gets `bson`'s own.
 */
const loadDecode = (): Decode => {
  const require = createRequire(import.meta.url)
  try {
    return require('@regent/protocol/ejson').fromEjson
  } catch {
    return require('bson').EJSON.deserialize
  }
}

const hasWrapper = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(value).some(([key, inner]) => key.startsWith('$') || hasWrapper(inner))

/** BSON values of custom user data as an access token carries it; data that is malformed stays as it is. */
export const readBson = (data: Data): Data => {
  if (!hasWrapper(data)) return data
  decode ??= loadDecode()
  try {
    return decode(data) as Data
  } catch {
    return data
  }
}
