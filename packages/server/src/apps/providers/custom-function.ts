import { z } from 'zod'
import { anObject, check, inside, text } from '../read/check.ts'
import { needFunction } from '../read/reading.ts'
import { demand, type EntryReader, filled, known } from './entry.ts'

const schema = z.looseObject(
  { authFunctionName: text.nullish(), authFunctionId: text.nullish() },
  anObject,
)

export const customFunction: EntryReader = {
  fields: Object.keys(schema.shape),
  read: entry => {
    const config = check(schema, entry.config, inside(entry.place, 'config'))
    const authFunctionName = filled(config?.authFunctionName)
    const expected = 'the name of the function that logs users in'
    if (config) demand(entry, ['config', 'authFunctionName'], { value: authFunctionName, expected })
    if (authFunctionName !== undefined) {
      needFunction(entry.needs, authFunctionName, inside(entry.place, 'config', 'authFunctionName'))
    }
    return config && { config: known({ authFunctionName }) }
  },
}
