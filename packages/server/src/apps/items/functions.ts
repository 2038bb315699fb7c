import type { FunctionBody, FunctionWire } from '@regent/protocol'
import { AppError } from '../../errors.ts'
import type { Definition } from '../definition/definition.ts'
import { type Fields, isFields } from '../fields.ts'
import { functionName } from '../read/function-manifest.ts'
import { followFunction } from './function-references.ts'
import type { Items } from './items.ts'

const folder = 'functions'
const manifestFile = `${folder}/config.json`

type ListedFunction = Omit<FunctionWire, 'last_modified'>

const fileOf = (name: string): string => `${folder}/${name}.js`

const readManifests = (definition: Definition): Fields[] => {
  const list = definition.readJson(manifestFile)
  return Array.isArray(list) ? list.filter(isFields) : []
}

/** Names of all functions, also of files without a manifest. */
export const functionNames = (definition: Definition): string[] =>
  definition
    .paths(folder)
    .filter(path => path.endsWith('.js') && !path.includes('/node_modules'))
    .map(path => path.slice(folder.length + 1, -3))
    .filter(name => functionName.test(name))

const toWire = (definition: Definition, name: string, manifest: Fields): ListedFunction => {
  const { name: _name, ...rest } = manifest
  return {
    private: false,
    can_evaluate: {},
    ...rest,
    _id: definition.idOf('function', name),
    name,
    source: definition.readText(fileOf(name)) ?? '',
  }
}

/** Members that say what is so anyway are left out, as exports do. */
const toManifest = (before: Fields, body: FunctionBody): Fields => {
  const { name, source: _source, private: isPrivate, can_evaluate, ...rest } = body
  const { name: _name, private: _private, ...kept } = before
  const given = { ...kept, ...(can_evaluate != null && { can_evaluate }), ...rest }
  const filled = Object.entries(given).filter(
    ([, value]) => value !== null && value !== undefined && value !== '' && value !== false,
  )
  return { name, private: isPrivate ?? false, ...Object.fromEntries(filled) }
}

const checkName = (name: string): void => {
  if (functionName.test(name) && name.length <= 256) return
  const detail = "'name' must be letters, digits, _ and -, with / between folders, without .js"
  throw new AppError('fieldInvalid', { detail })
}

const refuseTaken = (definition: Definition, name: string): void => {
  if (functionNames(definition).includes(name)) throw new AppError('functionNameTaken', { name })
}

const nameOf = (definition: Definition, id: string): string => {
  const name = definition.nameOf('function', id)
  if (name === undefined || !functionNames(definition).includes(name))
    throw new AppError('functionNotFound', { name: id })
  return name
}

const write = (definition: Definition, manifests: readonly Fields[]): void =>
  definition.writeJson(manifestFile, manifests)

/** `functions/config.json` and the sources beside it. */
export const functions: Items<FunctionBody, ListedFunction> = {
  list: definition => {
    const manifests = readManifests(definition)
    return functionNames(definition).map(name =>
      toWire(definition, name, manifests.find(one => one.name === name) ?? {}),
    )
  },
  insert: (definition, body) => {
    checkName(body.name)
    refuseTaken(definition, body.name)
    const manifest = toManifest({}, body)
    write(definition, [...readManifests(definition), manifest])
    definition.writeText(fileOf(body.name), body.source)
    return toWire(definition, body.name, manifest)
  },
  replace: (definition, id, body) => {
    const from = nameOf(definition, id)
    checkName(body.name)
    if (body.name !== from) {
      refuseTaken(definition, body.name)
      definition.writeText(fileOf(from), undefined)
      definition.rename('function', from, body.name)
      followFunction(definition, from, body.name)
    }
    const manifests = readManifests(definition)
    const before = manifests.find(one => one.name === from)
    const manifest = toManifest(before ?? {}, body)
    write(
      definition,
      before ? manifests.map(one => (one === before ? manifest : one)) : [...manifests, manifest],
    )
    definition.writeText(fileOf(body.name), body.source)
    return toWire(definition, body.name, manifest)
  },
  remove: (definition, id) => {
    const name = nameOf(definition, id)
    const manifests = readManifests(definition)
    if (manifests.some(one => one.name === name)) {
      write(
        definition,
        manifests.filter(one => one.name !== name),
      )
    }
    definition.writeText(fileOf(name), undefined)
  },
  notFound: 'functionNotFound',
}
