import { compileWalk, type Found, type Path, type Predicate, type Test } from '../values/path.ts'

/** What a filter asks of one field: of the values found along a path, or of one value by itself. */
export type Condition = {
  on(path: Path): Predicate
  readonly test: Test
}

/** What a negated part may see: the variables, but no place to note a position in. */
const silent = (found: Found | undefined): Found | undefined =>
  found?.variables === undefined ? undefined : { variables: found.variables }

/** A condition that any value at the end of the path may meet. */
export const anyValue = (test: Test, leafElements = true): Condition => ({
  on: path => compileWalk(path, test, leafElements),
  test,
})

export const notDocument =
  (predicate: Predicate): Predicate =>
  (document, found) =>
    !predicate(document, silent(found))

export const not = (condition: Condition): Condition => ({
  on: path => notDocument(condition.on(path)),
  test: (value, found) => !condition.test(value, silent(found)),
})

export const everyDocument = (predicates: readonly Predicate[]): Predicate => {
  const [first, second] = predicates
  if (first === undefined) return () => true
  if (second === undefined) return first
  return (document, found) => {
    for (const predicate of predicates) {
      if (predicate(document, found)) continue
      if (found) found.position = undefined
      return false
    }
    return true
  }
}

export const someDocument =
  (predicates: readonly Predicate[]): Predicate =>
  (document, found) => {
    for (const predicate of predicates) if (predicate(document, found)) return true
    return false
  }

export const every = (conditions: readonly Condition[]): Condition => {
  const [first, second] = conditions
  if (first !== undefined && second === undefined) return first
  return {
    on: path => everyDocument(conditions.map(condition => condition.on(path))),
    test: (value, found) => conditions.every(condition => condition.test(value, found)),
  }
}
