import { z } from 'zod'
import { anObject, check, flag, inside, text } from './check.ts'
import { needFunction, type Reading } from './reading.ts'

const file = 'auth/custom_user_data.json'

const schema = z.looseObject(
  { enabled: flag.nullish(), on_user_creation_function_name: text.nullish() },
  anObject,
)

/**
 * The function that is asked before a user is made. It stands among the settings of custom user data and is off
 * when they are.
 */
export const readUserCreationFunction = async (
  reading: Reading,
  rootFile: { readonly file: string; readonly content: Readonly<Record<string, unknown>> },
): Promise<string | undefined> => {
  const { files, report, expand, needs, notes } = reading
  const own = await files.readJson(file)
  const isLegacy = own === undefined && rootFile.content.custom_user_data_config != null
  const place = isLegacy
    ? { file: rootFile.file, field: 'custom_user_data_config', report }
    : { file, report }
  const content = isLegacy ? rootFile.content.custom_user_data_config : own
  const config = check(schema, expand(content ?? {}, place), place)
  if (config?.enabled) notes.later.push('custom user data')
  const name = config?.on_user_creation_function_name
  if (!name || config.enabled === false) return undefined
  needFunction(needs, name, inside(place, 'on_user_creation_function_name'))
  return name
}
