import { z } from 'zod'
import type { EmailPasswordConfig } from '../../domain/app.ts'
import { anObject, check, complain, flag, inside, text } from '../read/check.ts'
import { needFunction } from '../read/reading.ts'
import { isBlank, link } from './addresses.ts'
import { demand, type Entry, type EntryReader, filled } from './entry.ts'

const subject = text
  .max(256, { error: 'must be at most 256 characters' })
  .regex(/^[^\p{Cc}]*$/u, { error: 'must be one line without control characters' })

const schema = z.looseObject(
  {
    autoConfirm: flag.nullish(),
    emailConfirmationUrl: link.nullish(),
    confirmEmailSubject: subject.nullish(),
    runConfirmationFunction: flag.nullish(),
    confirmationFunctionName: text.nullish(),
    confirmationFunctionId: text.nullish(),
    resetPasswordUrl: link.nullish(),
    resetPasswordSubject: subject.nullish(),
    runResetFunction: flag.nullish(),
    resetFunctionName: text.nullish(),
    resetFunctionId: text.nullish(),
  },
  anObject,
)

type Config = z.infer<typeof schema>

export const emailPassword: EntryReader = {
  fields: Object.keys(schema.shape),
  read: entry => {
    const config = check(schema, entry.config, inside(entry.place, 'config'))
    if (!config) return undefined
    if (config.autoConfirm && config.runConfirmationFunction && !entry.isDisabled) {
      complain(
        inside(entry.place, 'config', 'runConfirmationFunction'),
        'and autoConfirm are both true: one of them must be false',
      )
    }
    return { config: toConfig(entry, config) }
  },
}

/** A function counts only while its mode is on: exports keep the names of modes that were left. */
const toConfig = (entry: Entry, config: Config): EmailPasswordConfig => {
  const text = <K extends keyof Config & string>(key: K) => {
    const value = config[key] as string | null | undefined
    return !value || isBlank(value) ? {} : ({ [key]: value } as { [_ in K]: string })
  }
  return {
    autoConfirm: config.autoConfirm ?? false,
    ...(config.runConfirmationFunction && readMode(entry, config, 'confirmationFunctionName')),
    ...(config.runResetFunction && readMode(entry, config, 'resetFunctionName')),
    ...text('emailConfirmationUrl'),
    ...text('confirmEmailSubject'),
    ...text('resetPasswordUrl'),
    ...text('resetPasswordSubject'),
  }
}

const readMode = (
  entry: Entry,
  config: Config,
  field: 'confirmationFunctionName' | 'resetFunctionName',
): Partial<EmailPasswordConfig> => {
  const name = filled(config[field])
  demand(entry, ['config', field], { value: name, expected: 'the name of a function' })
  if (name === undefined) return {}
  needFunction(entry.needs, name, inside(entry.place, 'config', field))
  return { [field]: name }
}
