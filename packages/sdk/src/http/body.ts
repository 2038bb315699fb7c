import { type EjsonWriteOptions, toEjson } from '@regent/protocol/ejson-write'

/**
 * The text of a body of BSON values, as they are now: a program may change its objects as soon as a call returned.
 *
 * @throws TypeError for what cannot be written
 */
export const writeBody = (
  body: Readonly<Record<string, unknown>>,
  options: EjsonWriteOptions = {},
): string => {
  try {
    return JSON.stringify(toEjson(body, options))
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    const message = 'Expected BSON values, got one that contains itself or is nested too deeply'
    throw new TypeError(message, { cause })
  }
}
