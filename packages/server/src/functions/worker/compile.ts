import { join } from 'node:path'
import { compileFunction, constants } from 'node:vm'

/** Evaluates the source with a context; each evaluation has variables of its own. */
export type Evaluate = (context: object) => unknown

/** What all evaluations find: names and values. */
export type Named = Readonly<Record<string, unknown>>

/** Names that a source finds beside JavaScript's own. */
const names = [
  'exports',
  'module',
  'require',
  'context',
  'console',
  'BSON',
  'EJSON',
  'utils',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'clearTimeout',
  'clearInterval',
  'clearImmediate',
] as const

const taken = /^Identifier '(\w+)' has already been declared$/

/** What was assigned to `exports`, or to `module.exports`. */
const ending = `
;return [exports, typeof module === 'object' && module !== null ? module.exports : undefined]`

type Exports = readonly [unknown, unknown]
type Compiled = (...values: unknown[]) => Exports

const compile = (source: string, filename: string, given: readonly string[]): Compiled =>
  compileFunction(source + ending, [...given], {
    filename,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }) as Compiled

/** A source may declare one of the names itself: then that is not given. */
const compileAround = (source: string, filename: string): [Compiled, readonly string[]] => {
  let given: readonly string[] = names
  for (;;) {
    try {
      return [compile(source, filename, given), given]
    } catch (error) {
      const name = error instanceof SyntaxError ? taken.exec(error.message)?.[1] : undefined
      if (name === undefined || !given.includes(name)) throw error
      given = given.filter(one => one !== name)
    }
  }
}

const choose = ([assigned, ofModule]: Exports, initial: object): unknown => {
  if (typeof assigned === 'function') return assigned
  if (typeof ofModule === 'function') return ofModule
  const objects = [assigned, ofModule, initial].filter(one => typeof one === 'object')
  return objects.flatMap(one => Object.values(one ?? {})).find(value => typeof value === 'function')
}

/** Where a function's source is for those who resolve modules beside it. */
export const fileOf = (folder: string, name: string): string =>
  join(folder, 'functions', `${name}.js`)

/** @throws SyntaxError */
export const compileSource = (source: string, filename: string, named: Named = {}): Evaluate => {
  const [compiled, given] = compileAround(source, filename)
  const fixed = given.map(name => named[name])
  const places = ['context', 'exports', 'module'].map(name => given.indexOf(name))
  return context => {
    const initial = {}
    const own = [context, initial, { exports: initial }]
    const values = [...fixed]
    for (let index = 0; index < places.length; index += 1) {
      const place = places[index] ?? -1
      if (place >= 0) values[place] = own[index]
    }
    return choose(compiled(...values), initial)
  }
}
