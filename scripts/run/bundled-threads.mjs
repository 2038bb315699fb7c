import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'
import { isMainThread } from 'node:worker_threads'
import { entries, freshBundles } from './bundle.mjs'

const isEntry = (/** @type {string} */ name) => entries.some(path => name.endsWith(path))

// A thread runs the bundle of its module, if there is a fresh one, and a process that of its program.
if (!isMainThread || isEntry(process.argv[1] ?? '')) {
  const hooks = registerHooks({
    resolve: (specifier, context, next) => {
      const entry = entries.find(path => specifier.endsWith(path))
      if (entry === undefined) return next(specifier, context)
      hooks.deregister()
      const [file] = Object.values(freshBundles([entry]))
      if (file === undefined) return next(specifier, context)
      return { url: pathToFileURL(file).href, format: 'module', shortCircuit: true }
    },
  })
}
