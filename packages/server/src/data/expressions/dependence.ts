import { callsFunction, isResult } from './function-results.ts'

const documentName = /^%%(?:root|prevRoot|this|prev)(?:\.|%%$|$)/

const nested = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !isResult(value)

/** True for `%%root.owner` and its like, which stand for something only where there is a document. */
export const isOfDocument = (text: string): boolean => documentName.test(text)

/** True when a value, such as an argument of a function, names the document. */
export const namesDocument = (value: unknown): boolean => {
  if (typeof value === 'string') return isOfDocument(value)
  return nested(value) && Object.values(value).some(namesDocument)
}

/** Expressions of a deployment are asked about again and again. */
const dependences = new WeakMap<object, boolean>()

/**
 * True when the expression may hold for one document and not for another: it has `%%root` or its like in it, or a name
 * without `%%`.
 */
export const dependsOnDocument = (expression: unknown): boolean => {
  if (typeof expression === 'string') return isOfDocument(expression)
  if (!nested(expression)) return false
  const known = dependences.get(expression)
  if (known !== undefined) return known
  const depends = Array.isArray(expression)
    ? expression.some(dependsOnDocument)
    : Object.entries(expression).some(([key, value]) => {
        if (key === '%function') return namesDocument(value)
        return !/^[%$]/.test(key) || isOfDocument(key) || dependsOnDocument(value)
      })
  dependences.set(expression, depends)
  return depends
}

/** True when a function has to be asked about each document. */
export const callsFunctionOfDocument = (expression: unknown): boolean =>
  callsFunction(expression) &&
  nested(expression) &&
  Object.entries(expression).some(([key, value]) =>
    key === '%function' ? namesDocument(value) : callsFunctionOfDocument(value),
  )

const deepest = 100

/** True for rules nested deeper than anybody writes. */
export const isTooDeep = (expression: unknown, depth = 0): boolean => {
  if (typeof expression !== 'object' || expression === null) return false
  if (depth > deepest) return true
  return Object.values(expression).some(value => isTooDeep(value, depth + 1))
}
