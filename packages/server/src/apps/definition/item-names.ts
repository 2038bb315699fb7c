import { type Fields, fieldsOf } from '../fields.ts'
import type { Definition, ItemKind } from './definition.ts'

/** A thing of an app and the file that says most of it. */
export type Item = { readonly name: string; readonly path: string }

type Files = Pick<Definition, 'paths' | 'readJson'>

const listOf = (value: unknown): Fields[] => (Array.isArray(value) ? value.map(fieldsOf) : [])

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined

/** Files of one folder, without those of folders inside it. */
const jsonIn = (files: Files, folder: string): string[] =>
  files
    .paths(folder)
    .filter(path => path.endsWith('.json') && !path.slice(folder.length + 1).includes('/'))

const named = (files: Files, folder: string): Item[] =>
  jsonIn(files, folder).flatMap(path => {
    const name = textOf(fieldsOf(files.readJson(path)).name)
    return name === undefined ? [] : [{ name, path }]
  })

const functions = (files: Files): Item[] =>
  files
    .paths('functions')
    .filter(path => /^functions\/[A-Za-z0-9_-]+(?:\/[A-Za-z0-9_-]+)*\.js$/.test(path))
    .map(path => ({ name: path.slice('functions/'.length, -'.js'.length), path }))

const services = (files: Files): Item[] =>
  ['data_sources', 'services'].flatMap(folder =>
    files
      .paths(folder)
      .filter(path => path.split('/').length === 3 && path.endsWith('/config.json'))
      .map(path => {
        const name = textOf(fieldsOf(files.readJson(path)).name)
        return { name: name ?? (path.split('/')[1] as string), path }
      }),
  )

/** Name of a service by its folder. */
const serviceNames = (files: Files): ReadonlyMap<string, string> =>
  new Map(services(files).map(({ name, path }) => [path.slice(0, -'/config.json'.length), name]))

const defaultRules = (files: Files): Item[] =>
  [...serviceNames(files)].flatMap(([folder, name]) => {
    const path = `${folder}/default_rule.json`
    return files.readJson(path) === undefined ? [] : [{ name, path }]
  })

/** Folders of collections: with rules, or with a schema alone. */
const rules = (files: Files): Item[] =>
  [...serviceNames(files)].flatMap(([folder, service]) => {
    const folders = files
      .paths(folder)
      .filter(path => /\/[^/]+\/[^/]+\/(?:rules|schema)\.json$/.test(path.slice(folder.length)))
      .map(path => path.slice(0, path.lastIndexOf('/')))
    return [...new Set(folders)].map(at => {
      const path = `${at}/rules.json`
      const said = fieldsOf(files.readJson(path))
      const [database, collection] = at.split('/').slice(-2)
      const names = [textOf(said.database) ?? database, textOf(said.collection) ?? collection]
      return { name: `${service}/${names.join('/')}`, path }
    })
  })

const environmentValues = (files: Files): Item[] => {
  const items = new Map<string, string>()
  for (const path of jsonIn(files, 'environments')) {
    for (const name of Object.keys(fieldsOf(fieldsOf(files.readJson(path)).values))) {
      if (!items.has(name)) items.set(name, path)
    }
  }
  return [...items].map(([name, path]) => ({ name, path }))
}

const endpoints = (files: Files): Item[] =>
  ['http_endpoints/config.json', 'https_endpoints/config.json'].flatMap(path =>
    listOf(files.readJson(path)).map(({ route, http_method }) => ({
      name: `${http_method ?? '*'} ${route ?? ''}`,
      path,
    })),
  )

const finders: Readonly<Record<ItemKind, (files: Files) => Item[]>> = {
  function: functions,
  value: files => named(files, 'values'),
  'environment-value': environmentValues,
  service: services,
  'default-rule': defaultRules,
  rule: rules,
  trigger: files => named(files, 'triggers'),
  endpoint: endpoints,
  'log-forwarder': files => named(files, 'log_forwarders'),
}

/**
 * The things of a kind, in the order of their files. Names: of a function its path below `functions/` without `.js`;
 * of a default rule its service's; of a rule `<service>/<database>/<collection>`; of an endpoint `<method> <route>`.
 */
export const listItems = (files: Files, kind: ItemKind): Item[] => finders[kind](files)
