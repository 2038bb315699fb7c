import type { Refusal } from '@regent/protocol'
import { AppError } from '../../errors.ts'
import type { Definition, ItemKind } from '../definition/definition.ts'
import { fileName } from '../definition/render/file-name.ts'
import { type Fields, isFields } from '../fields.ts'

/** The object that a file holds; an empty one when there is no such file, or something else in it. */
export const readFields = (definition: Definition, path: string): Fields => {
  const value = definition.readJson(path)
  return isFields(value) ? value : {}
}

/** The members that say something: not `undefined`, `null` or empty text. */
export const said = (fields: Fields): Fields =>
  Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) => value !== undefined && value !== null && value !== '',
    ),
  )

/** A folder whose files hold one thing each, with its `name` inside. */
export type NamedFolder = {
  readonly folder: string
  readonly kind: ItemKind
  readonly notFound: Refusal
  readonly taken: Refusal
}

export type NamedFile = {
  readonly id: string
  readonly path: string
  readonly name: string
  readonly value: Fields
}

/** In the order of their paths. */
export const listFiles = (
  definition: Definition,
  { folder, kind }: Pick<NamedFolder, 'folder' | 'kind'>,
): NamedFile[] =>
  definition.paths(folder).flatMap(path => {
    if (!/^[^/]+\.json$/.test(path.slice(folder.length + 1))) return []
    const value = readFields(definition, path)
    const { name } = value
    return typeof name === 'string' ? [{ id: definition.idOf(kind, name), path, name, value }] : []
  })

/** @throws the folder's `notFound` */
export const findFile = (definition: Definition, place: NamedFolder, id: string): NamedFile => {
  const found = listFiles(definition, place).find(file => file.id === id)
  if (!found) throw new AppError(place.notFound, { name: id })
  return found
}

type Named = Fields & { readonly name: string }

const refuseTaken = (definition: Definition, place: NamedFolder, name: string): void => {
  if (listFiles(definition, place).some(file => file.name === name))
    throw new AppError(place.taken, { name })
}

const pathOf = ({ folder }: NamedFolder, name: string): string => `${folder}/${fileName(name)}.json`

/** @throws the folder's `taken` */
export const insertFile = (definition: Definition, place: NamedFolder, value: Named): NamedFile => {
  const { name } = value
  refuseTaken(definition, place, name)
  const path = pathOf(place, name)
  definition.writeJson(path, value)
  return { id: definition.idOf(place.kind, name), path, name, value }
}

/**
 * Puts the value in the place of the one with that id.
 *
 * @throws the folder's `notFound` and `taken`
 */
export const replaceFile = (
  definition: Definition,
  place: NamedFolder,
  { id, value }: { readonly id: string; readonly value: Named },
): NamedFile => {
  const { name, path } = findFile(definition, place, id)
  if (value.name === name) {
    definition.writeJson(path, value)
    return { id, path, name, value }
  }
  refuseTaken(definition, place, value.name)
  definition.writeJson(path, undefined)
  definition.writeJson(pathOf(place, value.name), value)
  definition.rename(place.kind, name, value.name)
  return { id, path: pathOf(place, value.name), name: value.name, value }
}

/** @throws the folder's `notFound` */
export const removeFile = (definition: Definition, place: NamedFolder, id: string): void =>
  definition.writeJson(findFile(definition, place, id).path, undefined)
