import type { LogForwarderBody, LogForwarderChangeBody, LogForwarderWire } from '@regent/protocol'
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
  folder: 'log_forwarders',
  kind: 'log-forwarder',
  notFound: 'logForwarderNotFound',
  taken: 'logForwarderNameTaken',
}

const toWire = ({ id, name, value }: NamedFile): LogForwarderWire =>
  ({ ...value, _id: id, name, disabled: value.disabled === true }) as LogForwarderWire

const toFile = (body: LogForwarderBody): LogForwarderBody => ({
  ...body,
  disabled: body.disabled ?? false,
})

/** `log_forwarders/<name>.json` */
export const logForwarders: Items<LogForwarderBody, LogForwarderWire> = {
  list: definition => listFiles(definition, place).map(toWire),
  insert: (definition, body) => toWire(insertFile(definition, place, toFile(body))),
  replace: (definition, id, body) => {
    const { value } = findFile(definition, place, id)
    return toWire(replaceFile(definition, place, { id, value: { ...value, ...toFile(body) } }))
  },
  remove: (definition, id) => removeFile(definition, place, id),
  notFound: place.notFound,
}

/** What of it the body gives is changed. @throws `logForwarderNotFound`, `logForwarderNameTaken` */
export const changeLogForwarder = (
  definition: Definition,
  id: string,
  body: LogForwarderChangeBody,
): void => {
  const { value, name } = findFile(definition, place, id)
  replaceFile(definition, place, { id, value: { ...value, ...body, name: body.name ?? name } })
}
