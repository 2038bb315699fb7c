import { basename } from 'node:path/posix'
import type { Finding, Rule } from './project.ts'
import type { Source } from './source.ts'

const nameless = /(^|\/)(utils?|helpers?|common|shared|misc)(\/|\.ts$)/
const kebab = /^[a-z0-9]+([.-][a-z0-9]+)*\.ts$/

/** The SDK's stands where the original's stood; tools load a program of theirs by its default export. */
const defaultExports = /^(packages\/sdk\/src\/index|scripts\/test-counts|.*vitest\.config)\.ts$/

/** Things are called by their nouns, and exported under one name. */
export const nameRule: Rule = ({ sources }) =>
  sources.flatMap(source => [
    ...checkPath(source),
    ...checkBarrel(source),
    ...checkExports(source),
    ...checkTypes(source),
  ])

function checkPath({ path }: Source): Finding[] {
  if (nameless.test(path)) {
    return [
      { path, message: 'is named after nothing: find its noun, or move it to its only caller' },
    ]
  }
  if (!kebab.test(basename(path))) return [{ path, message: 'is not in kebab-case' }]
  return []
}

/** A file that only hands on what others export; a package has one, its own `index.ts`. */
function checkBarrel({ path, imports, visit }: Source): Finding[] {
  if (!/\/src\/.+\/index\.ts$/.test(path) || imports.length === 0) return []
  let isBarrel = true
  const own = (): void => {
    isBarrel = false
  }
  visit({ FunctionDeclaration: own, VariableDeclaration: own, ClassDeclaration: own })
  return isBarrel ? [{ path, message: 'is a barrel inside src: a package has one index.ts' }] : []
}

function checkExports({ path, visit, lineAt }: Source): Finding[] {
  if (defaultExports.test(path)) return []
  const findings: Finding[] = []
  const refuse = (start: number): void => {
    findings.push({ path, line: lineAt(start), message: 'has a default export' })
  }
  visit({
    ExportDefaultDeclaration: node => refuse(node.start),
    ExportSpecifier(node) {
      if (node.exported.type === 'Identifier' && node.exported.name === 'default')
        refuse(node.start)
    },
  })
  return findings
}

/** Exported functions of `src` say what they return. */
function checkTypes({ path, visit, lineAt }: Source): Finding[] {
  if (!/^packages\/[^/]+\/src\//.test(path)) return []
  const findings: Finding[] = []
  const check = (name: string, node: { returnType?: unknown; start: number }): void => {
    if (node.returnType) return
    const message = `exports the function ${name} without its return type`
    findings.push({ path, line: lineAt(node.start), message })
  }
  visit({
    ExportNamedDeclaration({ declaration }) {
      if (declaration?.type === 'FunctionDeclaration')
        check(declaration.id?.name ?? '', declaration)
      if (declaration?.type !== 'VariableDeclaration') return
      for (const { id, init } of declaration.declarations) {
        const isTyped = id.type !== 'Identifier' || id.typeAnnotation
        if (init?.type === 'ArrowFunctionExpression' && !isTyped) check(id.name, init)
      }
    },
  })
  return findings
}
