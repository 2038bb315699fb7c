import { createRequire, registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'
import { fileOf } from './compile.ts'
import type { Realm } from './realm.ts'

/** Node's modules that the original did not have either, and those that reach the server's other threads. */
const refused = new Set([
  'child_process',
  'cluster',
  'domain',
  'inspector',
  'readline',
  'repl',
  'v8',
  'vm',
  'worker_threads',
])

const refuse = (specifier: string): void => {
  const name = specifier.replace(/^node:/, '').split('/')[0] ?? ''
  if (refused.has(name)) throw new Error(`the module '${name}' is not available to functions`)
}

/**
 * `require` as functions see it: Node's modules and the app's packages. What a package changes in JavaScript's own
 * objects while it is loaded for the first time stays.
 *
 * @see https://www.mongodb.com/docs/atlas/app-services/functions/javascript-support/
 */
export const openRequire = (folder: string, realm: Realm): ((specifier: string) => unknown) => {
  const own = createRequire(fileOf(folder, 'app'))
  const functions = pathToFileURL(fileOf(folder, '')).href.replace(/[^/]*$/, '')
  registerHooks({
    resolve: (specifier, context, next) => {
      if (context.parentURL?.startsWith(functions)) refuse(specifier)
      return next(specifier, context)
    },
  })
  const isLoaded = (specifier: string): boolean => {
    const file = own.resolve(specifier)
    return file.startsWith('node:') || !file.startsWith('/') || file in own.cache
  }
  return specifier => {
    refuse(String(specifier))
    if (isLoaded(specifier)) return own(specifier)
    const wasWhole = realm.isWhole()
    const loaded: unknown = own(specifier)
    if (wasWhole && !realm.isWhole()) realm.adopt()
    return loaded
  }
}
