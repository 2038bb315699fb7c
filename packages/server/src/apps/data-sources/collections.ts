import { z } from 'zod'
import { readCollectionName, readDatabaseName } from '../../data/sources/names.ts'
import type { CollectionRules, RuleSet } from '../../domain/data-source.ts'
import { AppError } from '../../errors.ts'
import type { Fields } from '../fields.ts'
import { anObject, check, complain, fields, inside, type Place } from '../read/check.ts'
import type { Reading } from '../read/reading.ts'
import { readRuleSet, refuseUnknown } from './rule-set.ts'

const ruleFields = ['database', 'collection', 'roles', 'filters', 'schema', 'relationships']

/** Reads `default_rule.json`; `undefined` when there is none, or it has no role. */
export const readDefaultRule = async (
  reading: Reading,
  folder: string,
): Promise<RuleSet | undefined> => {
  const place = { file: `${folder}/default_rule.json`, report: reading.report }
  const given = await reading.files.readJson(place.file)
  const content = given === undefined ? undefined : check(fields, given, place)
  if (!content) return undefined
  refuseUnknown(content, ['roles', 'filters'], place)
  const rules = readRuleSet(reading.expand(content, place) as Fields, place, reading)
  return rules.roles.length > 0 ? rules : undefined
}

type Placed = { readonly rules: CollectionRules; readonly place: Place }

/**
 * Reads the rules of the collections of one data source: `<database>/<collection>/rules.json`, with `schema.json`
 * and `relationships.json` beside it. A collection with a schema alone is under the default rule.
 */
export const readCollectionFolders = async (
  reading: Reading,
  folder: string,
  defaultRule: RuleSet | undefined,
): Promise<CollectionRules[]> => {
  const { files } = reading
  const found: Placed[] = []
  for (const database of await files.list(folder)) {
    if (database.endsWith('.json')) continue
    for (const collection of await files.list(`${folder}/${database}`)) {
      const path = `${folder}/${database}/${collection}`
      const names = await files.list(path)
      if (names.length === 0) continue
      const read = await readFolder(reading, path, { database, collection, names, defaultRule })
      if (read) found.push(read)
    }
  }
  return refuseTwice(found)
}

type Folder = {
  readonly database: string
  readonly collection: string
  readonly names: readonly string[]
  readonly defaultRule: RuleSet | undefined
}

const readFolder = async (
  reading: Reading,
  path: string,
  { names, defaultRule, ...folder }: Folder,
): Promise<Placed | undefined> => {
  const place = { file: `${path}/rules.json`, report: reading.report }
  const schema = await readSchema(reading, path)
  if (names.includes('rules.json')) {
    const content = await reading.files.readJson(place.file)
    if (content === undefined) return undefined
    return readRules(reading, { content, place, names: folder, schema })
  }
  if (!names.includes('schema.json') || !names.includes('relationships.json')) {
    complain(
      place,
      'is missing: the folder of a collection holds rules.json, or schema.json and relationships.json',
    )
    return undefined
  }
  if (!defaultRule) return undefined
  const checked = checkNames(folder, { ...place, file: `${path}/schema.json` })
  return checked && { rules: { ...checked, ...defaultRule, ...(schema && { schema }) }, place }
}

/** The schema beside rules; what `relationships.json` says nothing here reads. */
const readSchema = async (reading: Reading, path: string): Promise<Fields | undefined> => {
  const { files, report, expand, notes } = reading
  const relationships = { file: `${path}/relationships.json`, report }
  const between = await files.readJson(relationships.file)
  noteRelationships(check(fields, between ?? {}, relationships), notes)
  const place = { file: `${path}/schema.json`, report }
  const content = await files.readJson(place.file)
  return content === undefined ? undefined : toSchema(expand(content, place), place)
}

const toSchema = (value: unknown, place: Place): Fields | undefined => {
  const schema = check(fields, value ?? {}, place)
  return schema && Object.keys(schema).length > 0 ? schema : undefined
}

const noteRelationships = (value: Fields | undefined, notes: Reading['notes']): void => {
  if (value && Object.keys(value).length > 0) notes.never.push('relationships of schemas')
}

type Content = {
  readonly content: unknown
  readonly place: Place
  /** What the file's own place says, for what it does not say itself. */
  readonly names: { readonly database: string; readonly collection: string }
  readonly schema?: Fields | undefined
}

const namesSchema = z.looseObject(
  {
    database: z.string({ error: 'must be the name of a database' }).nullish(),
    collection: z.string({ error: 'must be the name of a collection' }).nullish(),
  },
  anObject,
)

const readRules = (
  reading: Reading,
  { content, place, names, schema }: Content,
): Placed | undefined => {
  const value = check(namesSchema, reading.expand(content, place), place)
  if (!value) return undefined
  if (Object.keys(value).length === 0) {
    complain(
      place,
      'is empty: it must hold roles; a collection under the default rule has no such file',
    )
    return undefined
  }
  refuseUnknown(value, ruleFields, place)
  const { database, collection } = value
  const checked = checkNames(
    { database: database ?? names.database, collection: collection ?? names.collection },
    place,
  )
  const rules = readRuleSet(value, place, reading)
  noteRelationships(check(fields, value.relationships ?? {}, place), reading.notes)
  const own = toSchema(value.schema, inside(place, 'schema')) ?? schema
  return checked && { rules: { ...checked, ...rules, ...(own && { schema: own }) }, place }
}

/** Reads `rules/<database>.<collection>.json` of the layout before 2021. */
export const readRuleFiles = async (
  reading: Reading,
  folder: string,
): Promise<CollectionRules[]> => {
  const found: Placed[] = []
  for (const fileName of await reading.files.list(`${folder}/rules`)) {
    if (!fileName.endsWith('.json')) continue
    const place = { file: `${folder}/rules/${fileName}`, report: reading.report }
    const content = await reading.files.readJson(place.file)
    const [database = '', ...rest] = fileName.slice(0, -'.json'.length).split('.')
    const names = { database, collection: rest.join('.') }
    const read = content === undefined ? undefined : readRules(reading, { content, place, names })
    if (read) found.push(read)
  }
  return refuseTwice(found)
}

const refuseTwice = (found: readonly Placed[]): CollectionRules[] => {
  const places = new Map<string, string>()
  for (const { rules, place } of found) {
    const name = `${rules.database}.${rules.collection}`
    const first = places.get(name)
    if (first !== undefined) {
      complain(inside(place, 'collection'), `is ${name}, as in ${first}: a collection has one file`)
    }
    places.set(name, first ?? place.file)
  }
  return found.map(({ rules }) => rules)
}

/** The names, when a data source may have such a database and collection. */
export const checkNames = (
  { database, collection }: Content['names'],
  place: Place,
  fields = { database: 'database', collection: 'collection' },
): Content['names'] | undefined => {
  const isDatabase = isAllowed(
    () => readDatabaseName('database', database),
    inside(place, fields.database),
  )
  const isCollection = isAllowed(
    () => readCollectionName('collection', collection),
    inside(place, fields.collection),
  )
  return isDatabase && isCollection ? { database, collection } : undefined
}

const isAllowed = (read: () => unknown, place: Place): boolean => {
  try {
    read()
    return true
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    complain(place, error.message.replace(/^'\w+' /, ''))
    return false
  }
}
