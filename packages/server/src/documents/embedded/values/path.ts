import type { Document } from 'bson'
import { isObject } from './types.ts'

/** A dotted path, cut at its dots. */
export type Path = readonly string[]

export const parsePath = (path: string): Path => path.split('.')

/** The value of an own field; a name that only the prototype knows is a missing field. */
export const getField = (document: Document, name: string): unknown => {
  const value: unknown = document[name]
  if (value === undefined) return undefined
  return name in Object.prototype && !Object.hasOwn(document, name) ? undefined : value
}

/** Sets an own field, also one that is called `__proto__`. */
export const setField = (document: Document, name: string, value: unknown): void => {
  if (name === '__proto__')
    Object.defineProperty(document, name, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    })
  else document[name] = value
}

const indexPattern = /^(?:0|[1-9]\d{0,9})$/

/** The array position that a path's component names, or -1. */
export const arrayIndex = (component: string): number =>
  indexPattern.test(component) ? Number(component) : -1

/** What a search notes on its way, and what it is given. */
export type Found = {
  /** Index of the match in the outermost array that was walked through without the path naming an index. */
  position?: number | undefined
  readonly variables?: Readonly<Record<string, unknown>> | undefined
}

/** Says whether a value found at the end of a path will do; `undefined` is a missing field. */
export type Test = (value: unknown, found?: Found) => boolean

export type Predicate = (document: Document, found?: Found) => boolean

/** `indexes` are the array positions that the path's components name, or -1. */
type Route = {
  readonly path: Path
  readonly indexes: readonly number[]
  readonly test: Test
  readonly testLeaf: (array: unknown[], test: Test, found?: Found) => boolean
}

const testElements = (array: unknown[], test: Test, found?: Found): boolean => {
  for (let index = 0; index < array.length; index += 1) {
    if (test(array[index], found)) {
      if (found) found.position = index
      return true
    }
  }
  return test(array, found)
}

const testWhole = (array: unknown[], test: Test, found?: Found): boolean => test(array, found)

const walkDocument = (route: Route, start: Document, from: number, found?: Found): boolean => {
  const { path, test } = route
  let document = start
  for (let at = from; ; ) {
    const value = getField(document, path[at] as string)
    at += 1
    if (Array.isArray(value))
      return at === path.length
        ? route.testLeaf(value, test, found)
        : walkArray(route, value, at, found)
    if (at === path.length) return test(value, found)
    if (!isObject(value)) return test(undefined, found)
    document = value
  }
}

const walkArray = (route: Route, array: unknown[], at: number, found?: Found): boolean => {
  const named = route.indexes[at]
  for (let index = 0; index < array.length; index += 1) {
    const element = array[index]
    if (isObject(element) && walkDocument(route, element, at, found)) {
      if (found) found.position = index
      return true
    }
    if (index === named && walkElement(route, array, at, found)) return true
  }
  return false
}

const walkElement = (route: Route, array: unknown[], at: number, found?: Found): boolean => {
  const index = route.indexes[at] as number
  const element = array[index]
  if (at + 1 === route.path.length) {
    if (!route.test(element, found)) return false
    if (found) found.position = index
    return true
  }
  if (Array.isArray(element)) return walkArray(route, element, at + 1, found)
  return isObject(element) && walkDocument(route, element, at + 1, found)
}

/**
 * A search along a path with MongoDB's array rules: is there a value at its end that passes the test?
 *
 * Arrays on the way are walked through, one level each; a numeric component names an element as well as
 * a field. With `leafElements` an array at the end offers each of its elements and then itself, else
 * only itself. Where a document lacks the rest of the path, the test sees `undefined`; an array without
 * documents offers nothing.
 *
 * @see https://github.com/mongodb/mongo/blob/master/src/mongo/db/matcher/path.cpp
 */
export const compileWalk = (path: Path, test: Test, leafElements = true): Predicate => {
  const testLeaf = leafElements ? testElements : testWhole
  const [name = ''] = path
  if (path.length > 1) {
    const route: Route = { path, indexes: path.map(arrayIndex), test, testLeaf }
    return (document, found) => walkDocument(route, document, 0, found)
  }
  const isGuarded = name in Object.prototype
  return (document, found) => {
    const value: unknown = isGuarded ? getField(document, name) : document[name]
    return Array.isArray(value) ? testLeaf(value, test, found) : test(value, found)
  }
}
