import { openBson } from './bson.ts'
import { crypto } from './crypto.ts'
import { jwt } from './jwt.ts'

export type Globals = {
  /** By the names that functions know them by. */
  readonly named: { readonly BSON: object; readonly EJSON: object; readonly utils: object }
  /** Objects of ours that functions reach and could change. */
  readonly objects: readonly object[]
}

/** What functions find beside JavaScript's own names and `context`. */
export const openGlobals = (): Globals => {
  const { BSON, EJSON, objects } = openBson()
  const utils = Object.freeze({ jwt: Object.freeze(jwt), crypto: Object.freeze(crypto) })
  return { named: { BSON, EJSON, utils }, objects }
}
