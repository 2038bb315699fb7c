import { posix } from 'node:path'
import type { Finding, Rule } from './project.ts'
import type { Source } from './source.ts'

/** No file imports itself through others, not even for a type. */
export const cycleRule: Rule = ({ sources }) => {
  const byPath = new Map(sources.map(source => [source.path, source]))
  const done = new Set<string>()
  const findings: Finding[] = []
  const walk = (source: Source, way: readonly string[]): void => {
    const start = way.indexOf(source.path)
    if (start !== -1) {
      const [path = '', ...others] = way.slice(start)
      const names = [...others, path].map(name => posix.relative(posix.dirname(path), name))
      findings.push({ path, message: `imports itself through ${names.join(' → ')}` })
      return
    }
    if (done.has(source.path)) return
    for (const target of new Set(source.imports.map(item => item.target))) {
      const next = byPath.get(target)
      if (next !== undefined) walk(next, [...way, source.path])
    }
    done.add(source.path)
  }
  for (const source of sources) walk(source, [])
  return findings
}
