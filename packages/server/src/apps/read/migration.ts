import { z } from 'zod'
import type { Migration } from '../../domain/app.ts'
import { complain, flag, inside, type Place, plainName, text } from './check.ts'
import { type Needs, needFunction, needSecret } from './reading.ts'

const address = text.refine(value => /^https?:\/\//.test(value) && URL.canParse(value), {
  error: 'must be an http or https address',
})

/** `migration` of `regent.json`. */
export const migrationSettings = z.strictObject(
  {
    function: text.min(1, { error: 'must be the name of a function' }).optional(),
    url: address.optional(),
    secret: plainName.optional(),
    letters: flag.default(false),
  },
  {
    error: ({ code }) =>
      code === 'unrecognized_keys'
        ? 'is no setting of a migration; there are function, url, secret, letters'
        : 'must be an object',
  },
)

/** Checks what one field alone does not tell, and asks for what is named. */
export const readMigration = (
  { function: functionName, url, secret, letters }: z.infer<typeof migrationSettings>,
  place: Place,
  needs: Needs,
): Migration => {
  if (functionName !== undefined && url !== undefined) {
    complain(inside(place, 'url'), 'and function are both there: one of them must go')
  }
  if (secret !== undefined && url === undefined) {
    complain(inside(place, 'secret'), 'is for requests to a url, and there is none')
  }
  if (functionName !== undefined) needFunction(needs, functionName, inside(place, 'function'))
  if (secret !== undefined) needSecret(needs, secret, inside(place, 'secret'))
  return {
    ...(functionName !== undefined && { functionName }),
    ...(url !== undefined && { url }),
    ...(secret !== undefined && { secretName: secret }),
    sendsLetters: letters,
  }
}
