import { z } from 'zod'
import type { AppValue } from '../../domain/function.ts'
import { anObject, check, complain, flag, inside, plainName } from './check.ts'
import { needSecret, type Reading } from './reading.ts'

const schema = z.looseObject(
  { name: plainName, value: z.unknown().optional(), from_secret: flag.nullish() },
  anObject,
)

/** Reads `values/*.json`. */
export const readValues = async (reading: Reading): Promise<AppValue[]> => {
  const { files, report, expand, needs } = reading
  const values: AppValue[] = []
  for (const fileName of await files.list('values')) {
    if (!fileName.endsWith('.json')) continue
    const place = { file: `values/${fileName}`, report }
    const content = await files.readJson(place.file)
    if (content === undefined) continue
    const read = check(schema, expand(content, place), place)
    if (!read) continue
    const { name, value = null, from_secret } = read
    const fromSecret = from_secret ?? false
    if (values.some(other => other.name === name)) {
      complain(inside(place, 'name'), `is "${name}", as in another file: names are unique`)
    }
    if (fromSecret) {
      const secret = check(plainName, value, inside(place, 'value'))
      if (secret !== undefined) needSecret(needs, secret, inside(place, 'value'))
    }
    values.push({ name, value, fromSecret })
  }
  return values
}
