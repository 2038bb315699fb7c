import type { ValueBody, ValueWire } from '@regent/protocol'
import type { Definition } from '../definition/definition.ts'
import type { Items } from './items.ts'
import {
  findFile,
  insertFile,
  listFiles,
  type NamedFile,
  type NamedFolder,
  removeFile,
  replaceFile,
} from './named-files.ts'

const place: NamedFolder = {
  folder: 'values',
  kind: 'value',
  notFound: 'valueNotFound',
  taken: 'valueNameTaken',
}

const toWire = ({ id, name, value }: NamedFile): Omit<ValueWire, 'last_modified'> => ({
  _id: id,
  name,
  private: value.private === true,
  from_secret: value.from_secret === true,
  value: value.value ?? null,
})

const toFile = (body: ValueBody): { name: string } & Record<string, unknown> => ({
  name: body.name,
  value: body.value ?? null,
  from_secret: body.from_secret ?? false,
  ...(typeof body.private === 'boolean' && { private: body.private }),
})

/** `values/<name>.json` */
export const values: Items<ValueBody, ReturnType<typeof toWire>> = {
  list: definition => listFiles(definition, place).map(toWire),
  insert: (definition, body) => toWire(insertFile(definition, place, toFile(body))),
  replace: (definition: Definition, id, body) => {
    const { value } = findFile(definition, place, id)
    return toWire(replaceFile(definition, place, { id, value: { ...value, ...toFile(body) } }))
  },
  remove: (definition, id) => removeFile(definition, place, id),
  notFound: place.notFound,
}
