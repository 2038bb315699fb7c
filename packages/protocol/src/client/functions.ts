import { z } from 'zod'
import { toEjson } from '../ejson-write.ts'

/** Body of `functions/call`; the arguments are extended JSON. `service` names a data source or other service. */
export const callFunctionBody = z.object({
  name: z.string().min(1).max(256),
  arguments: z.array(z.unknown()).optional(),
  service: z.string().nullable().optional(),
})

const isContainer = (value: object): boolean =>
  Array.isArray(value) ||
  !(
    '_bsontype' in value ||
    value instanceof Date ||
    value instanceof RegExp ||
    value instanceof Uint8Array
  )

/**
 * The extended JSON in which a function's result goes to its caller: canonical, but whole numbers are 64-bit ones
 * and `undefined` is `{"$undefined":true}`.
 *
 * @see realm-core `call_function<int64_t>` and realm-dotnet `FunctionsTests.cs` (`AsInt64`), which convert no
 * `$numberInt`; realm-dart `app_test.dart` for `$undefined`
 */
export const toFunctionResult = (value: unknown): unknown => {
  if (value === undefined) return { $undefined: true }
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) return { $numberLong: String(value) }
  if (typeof value !== 'object' || value === null || !isContainer(value)) return toEjson(value)
  if (Array.isArray(value)) return value.map(toFunctionResult)
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => typeof inner !== 'function')
      .map(([key, inner]) => [key, toFunctionResult(inner)]),
  )
}
