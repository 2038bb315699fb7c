import type { Document } from 'bson'
import { compileExpression } from '../aggregate/expression.ts'
import { checkDepth } from '../values/bytes.ts'
import { toNumeric } from '../values/numbers.ts'
import { type Found, type Predicate, parsePath } from '../values/path.ts'
import { isObject } from '../values/types.ts'
import { equalTo } from './comparison.ts'
import { anyValue, everyDocument, notDocument, someDocument } from './condition.ts'
import { compileOperators, isOperators } from './operators.ts'
import { badValue, notSupported } from './refusal.ts'
import { isRegex, regexTest } from './regex/regex.ts'
import { compileSchema } from './schema/json-schema.ts'

export type Matcher = {
  /** `variables` are what `$expr` may name with `$$`. */
  matches(document: Document, variables?: Readonly<Record<string, unknown>>): boolean
  /**
   * Index of the element that matched, in the outermost array that the filter walked through: what `$`
   * stands for. `undefined` when the document does not match, or matched without an array.
   */
  position(document: Document): number | undefined
}

const compileField = (name: string, value: unknown): Predicate => {
  const path = parsePath(name)
  if (isRegex(value)) return anyValue(regexTest(value)).on(path)
  if (isOperators(value)) return compileOperators(value, compileDocument).on(path)
  return anyValue(equalTo(value)).on(path)
}

const compileBranches = (operator: string, value: unknown): Predicate[] => {
  if (!Array.isArray(value)) throw badValue(`${operator} must be an array`)
  if (value.length === 0) throw badValue(`${operator} must be a nonempty array`)
  return value.map(branch => {
    if (!isObject(branch)) throw badValue(`${operator} entries need to be full objects`)
    return compileDocument(branch)
  })
}

const compileExpr = (expression: unknown): Predicate => {
  const evaluate = compileExpression(expression)
  return (document, found) => {
    const value = evaluate(document, found?.variables)
    return value != null && value !== false && toNumeric(value) !== 0
  }
}

const tree = new Map<string, (value: unknown) => Predicate | undefined>([
  ['$and', value => everyDocument(compileBranches('$and', value))],
  ['$or', value => someDocument(compileBranches('$or', value))],
  ['$nor', value => notDocument(someDocument(compileBranches('$nor', value)))],
  ['$expr', compileExpr],
  ['$jsonSchema', compileSchema],
  ['$comment', () => undefined],
])

const unsupported = new Set(['$where', '$text', '$sampleRate'])

const compileTree = (name: string, value: unknown): Predicate | undefined => {
  const compile = tree.get(name)
  if (compile !== undefined) return compile(value)
  if (unsupported.has(name)) throw notSupported(name)
  throw badValue(`unknown top level operator: ${name}`)
}

const compileDocument = (filter: Document): Predicate =>
  everyDocument(
    Object.keys(filter).flatMap(name => {
      const value: unknown = filter[name]
      const predicate = name.startsWith('$') ? compileTree(name, value) : compileField(name, value)
      return predicate === undefined ? [] : [predicate]
    }),
  )

/**
 * Prepares a filter in MongoDB's query language; what comes back may be used for any number of documents.
 *
 * @throws `BadValue` for what MongoDB refuses (`unknown operator: $foo`) and for filters nested beyond
 * 200 levels; `CommandNotSupported` for what needs more than a document (`$where`, `$text`, `$near`).
 * @see https://www.mongodb.com/docs/manual/reference/operator/query/
 */
export const compileFilter = (filter: Document): Matcher => {
  checkDepth(filter)
  const predicate = compileDocument(filter)
  return {
    matches: (document, variables) => predicate(document, variables && { variables }),
    position: document => {
      const found: Found = {}
      return predicate(document, found) ? found.position : undefined
    },
  }
}
