import { z } from 'zod'
import type { DataSource } from '../../domain/data-source.ts'
import { anObject, check, plainName, text } from './check.ts'
import type { Reading } from './reading.ts'

const schema = z.looseObject({ name: plainName, type: text.nullish() }, anObject)

/** Service types that are a MongoDB; older exports keep them among the services. */
const dataTypes = ['mongodb-atlas', 'mongodb', 'datalake']

/** Reads the names of `data_sources/*` and, in older exports, of the data sources among `services/*`. */
export const readDataSources = async (reading: Reading): Promise<DataSource[]> => {
  const { notes } = reading
  const declared = await readServices(reading, 'data_sources')
  const services = await readServices(reading, 'services')
  const isData = ({ type }: Service): boolean => dataTypes.includes(type)
  const names = [...declared, ...services.filter(isData)].map(({ name }) => name)
  const others = services.filter(service => !isData(service) && service.type !== 'http')
  if (names.length > 0) notes.later.push('data_sources/')
  if (others.length > 0) {
    notes.later.push(`services/ (${others.map(({ name, type }) => `${name}: ${type}`).join(', ')})`)
  }
  return [...new Set(names)].map(name => ({ name, link: { kind: 'own' }, rules: [] }))
}

type Service = { readonly name: string; readonly type: string }

const readServices = async (
  { files, report, expand }: Reading,
  folder: string,
): Promise<Service[]> => {
  const services: Service[] = []
  for (const name of await files.list(folder)) {
    const place = { file: `${folder}/${name}/config.json`, report }
    const content = await files.readJson(place.file)
    if (content === undefined) continue
    const read = check(schema, expand(content, place), place)
    if (read) services.push({ name: read.name, type: read.type ?? 'mongodb-atlas' })
  }
  return services
}
