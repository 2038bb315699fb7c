import { dirname, posix } from 'node:path'
import { parseSync, Visitor, type VisitorObject } from 'rolldown/utils'

/** One way in which a file names another: `import`, `export … from`, `import()`, `require()` or a worker's URL. */
export type Import = {
  /** A path of the repository for a relative import, else the specifier as written. */
  readonly target: string
  readonly specifier: string
  readonly line: number
  /** Gone at run time. */
  readonly isType: boolean
  /** Loaded when the program comes to it. */
  readonly isDynamic: boolean
}

/** A parsed TypeScript file. */
export type Source = {
  readonly path: string
  readonly text: string
  readonly imports: readonly Import[]
  /** Lines that are neither blank nor comment. */
  readonly codeLines: number
  /** Calls the visitor's functions for the nodes of the file. */
  readonly visit: (visitor: VisitorObject) => void
  readonly lineAt: (offset: number) => number
}

type Parsed = ReturnType<typeof parseSync>

/** @throws when the file is not TypeScript. */
export function parseSource(path: string, text: string): Source {
  const parsed = parseSync(path, text)
  const problem = parsed.errors[0]
  if (problem !== undefined) throw new Error(`${path}: ${problem.message}`)
  const lineAt = (offset: number): number => text.slice(0, offset).split('\n').length
  const visit = (visitor: VisitorObject): void => new Visitor(visitor).visit(parsed.program)
  const imports = [...staticImports(parsed), ...dynamicImports(visit)].map(
    ({ specifier, offset, ...kind }) => ({
      ...kind,
      specifier,
      target: resolve(path, specifier),
      line: lineAt(offset),
    }),
  )
  return { path, text, imports, codeLines: countCodeLines(text, parsed), visit, lineAt }
}

type Named = { specifier: string; offset: number; isType: boolean; isDynamic: boolean }

function staticImports({ module }: Parsed): Named[] {
  const imported = module.staticImports.map(item => ({
    specifier: item.moduleRequest.value,
    offset: item.start,
    isType: item.entries.length > 0 && item.entries.every(entry => entry.isType),
    isDynamic: false,
  }))
  const exported = module.staticExports.flatMap(item => {
    const from = item.entries[0]?.moduleRequest
    if (from === null || from === undefined) return []
    const isType = item.entries.every(entry => entry.isType)
    return [{ specifier: from.value, offset: item.start, isType, isDynamic: false }]
  })
  return [...imported, ...exported]
}

function dynamicImports(visit: Source['visit']): Named[] {
  const found: Named[] = []
  const add = (node: { type: string }, isType: boolean): void => {
    if (node.type !== 'Literal' || !('value' in node) || typeof node.value !== 'string') return
    const offset = 'start' in node ? Number(node.start) : 0
    found.push({ specifier: node.value, offset, isType, isDynamic: true })
  }
  visit({
    ImportExpression: node => add(node.source, false),
    TSImportType: node => add(node.source, true),
    CallExpression({ callee, arguments: [first] }) {
      if (callee.type === 'Identifier' && callee.name === 'require' && first) add(first, false)
    },
    NewExpression(node) {
      const [first, base] = node.arguments
      const isUrl = node.callee.type === 'Identifier' && node.callee.name === 'URL'
      if (isUrl && base?.type === 'MemberExpression' && first?.type === 'Literal') {
        if (/\.ts$/.test(String(first.value))) add(first, false)
      }
    },
  })
  return found
}

function resolve(path: string, specifier: string): string {
  return specifier.startsWith('.') ? posix.join(dirname(path), specifier) : specifier
}

function countCodeLines(text: string, { comments }: Parsed): number {
  let code = text
  for (const { start, end } of comments) {
    const blank = text.slice(start, end).replace(/[^\n]/g, ' ')
    code = code.slice(0, start) + blank + code.slice(end)
  }
  return code.split('\n').filter(line => line.trim() !== '').length
}
