import type { Finding, Project, Rule } from './project.ts'

const errorsFile = 'packages/protocol/src/errors.ts'
const pathsFile = 'packages/protocol/src/paths.ts'

type Refusals = Readonly<Record<string, { readonly text: string }>>

/** Every refusal is thrown somewhere in the product, and a test knows it by name or text. */
export const refusalRule =
  (refusals: Refusals): Rule =>
  project =>
    Object.entries(refusals).flatMap(([name, { text }]): Finding[] => {
      const path = errorsFile
      const quoted = new RegExp(`['"\`]${name}['"\`]|\\berrors\\.${name}\\b`)
      const src = read(project, file => /^packages\/server\/src\//.test(file))
      const tests = read(project, file => /\.test\.ts$|\/test\/|^conformance\//.test(file))
      return [
        ...(quoted.test(src) ? [] : [{ path, message: `${name} is thrown nowhere` }]),
        ...(quoted.test(tests) || mentions(tests, text)
          ? []
          : [{ path, message: `${name} is asserted in no test` }]),
      ]
    })

/** Finds the longest piece of a text between its `{places}`. */
function mentions(tests: string, text: string): boolean {
  const pieces = text.split(/\{\w+\}/).sort((a, b) => b.length - a.length)
  const longest = pieces[0]?.trim() ?? ''
  return longest.length > 3 && tests.includes(longest)
}

/** Every path that the protocol names is mounted by the server. */
export const pathRule =
  (tables: Readonly<Record<string, Readonly<Record<string, unknown>>>>): Rule =>
  project => {
    const src = read(project, file => /^packages\/server\/src\//.test(file))
    return Object.entries(tables).flatMap(([table, paths]) =>
      Object.keys(paths)
        .filter(name => !new RegExp(`\\b${table}\\s*\\.${name}\\b`).test(src))
        .map(name => ({ path: pathsFile, message: `${table}.${name} is mounted nowhere` })),
    )
  }

function read({ files }: Project, isWanted: (path: string) => boolean): string {
  return [...files]
    .filter(([path]) => path.endsWith('.ts') && isWanted(path))
    .map(([, text]) => text)
    .join('\n')
}
