import type { Definition } from '../definition/definition.ts'
import type { Fields } from '../fields.ts'
import { readFields } from './named-files.ts'

const names = ['root_config.json', 'realm_config.json'] as const

const fileOf = (definition: Definition): string =>
  names.find(name => definition.readText(name) !== undefined) ?? names[0]

/** What the app's root file says. */
export const readRoot = (definition: Definition): Fields =>
  readFields(definition, fileOf(definition))

/** A member that is `undefined` is taken away. */
export const changeRoot = (definition: Definition, change: Fields): void =>
  definition.writeJson(fileOf(definition), { ...readRoot(definition), ...change })

const settings = 'regent.json'

/** What `regent.json` says: settings that an exported app has no place for. */
export const readSettings = (definition: Definition): Fields => readFields(definition, settings)

/** A member that is `undefined` is taken away. */
export const changeSettings = (definition: Definition, change: Fields): void =>
  definition.writeJson(settings, { ...readSettings(definition), ...change })
