import { fromExtendedJson } from './bson.ts'

type Data = Readonly<Record<string, unknown>>

/** BSON values of custom user data as an access token carries it; data that is malformed stays as it is. */
export const readBson = (data: Data): Record<string, unknown> => {
  try {
    return fromExtendedJson(data) as Record<string, unknown>
  } catch {
    return data
  }
}
