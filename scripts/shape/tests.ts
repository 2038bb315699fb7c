import type { Finding, Rule } from './project.ts'
import type { Source } from './source.ts'

const isTest = ({ path }: Source): boolean => path.endsWith('.test.ts') || /\/test\//.test(path)

/** Tests can fail, use real parts, and are named after facts. */
export const testRule: Rule = ({ sources }) =>
  sources.filter(isTest).flatMap(source => [...checkAsserts(source), ...checkCalls(source)])

/** `expect(p).resolves…` that nobody waits for passes whatever happens. */
function checkAsserts({ path, visit, lineAt }: Source): Finding[] {
  const waited = new Set<number>()
  const chains: { start: number; name: string }[] = []
  const wait = (node: { start: number } | null): void => {
    if (node !== null) waited.add(node.start)
  }
  visit({
    AwaitExpression: node => wait(node.argument),
    ReturnStatement: node => wait(node.argument),
    ArrowFunctionExpression: node => wait(node.body),
    ArrayExpression: node => {
      for (const element of node.elements) wait(element)
    },
    MemberExpression({ start, property }) {
      if (property.type !== 'Identifier') return
      if (property.name === 'resolves' || property.name === 'rejects') {
        chains.push({ start, name: property.name })
      }
    },
  })
  return chains
    .filter(({ start }) => !waited.has(start))
    .map(({ start, name }) => ({ path, line: lineAt(start), message: `nobody awaits .${name}` }))
}

const skips = new Set(['only', 'todo'])
const cases = new Set(['it', 'test', 'describe'])

function checkCalls({ path, visit, lineAt }: Source): Finding[] {
  const findings: Finding[] = []
  const refuse = (start: number, message: string): void => {
    findings.push({ path, line: lineAt(start), message })
  }
  visit({
    MemberExpression({ object, property, start }) {
      if (object.type !== 'Identifier' || property.type !== 'Identifier') return
      const isMock = object.name === 'vi' && /^(mock|doMock|stubGlobal)$/.test(property.name)
      if (isMock) refuse(start, `uses vi.${property.name}: tests run real parts`)
      if (cases.has(object.name) && skips.has(property.name)) {
        refuse(start, `leaves ${object.name}.${property.name} behind`)
      }
    },
    CallExpression({ callee, arguments: given, start }) {
      const first = given[0]
      if (callee.type !== 'Identifier' || !cases.has(callee.name)) return
      if (first?.type === 'Literal' && /\bshould\b/.test(String(first.value))) {
        refuse(start, 'is named with "should": name the fact')
      }
    },
  })
  return findings
}
