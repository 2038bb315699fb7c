import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readJsonText } from '../../src/apps/read/json-text.ts'

const problemOf = (text: string): string | undefined => {
  const { problem } = readJsonText(text)
  return problem && `${problem.line}:${problem.column} ${problem.message}`
}

describe('readJsonText', () => {
  it('points at the first character that cannot stand there', () => {
    expect(problemOf('')).toBe('1:1 the file ends too early, expected a value')
    expect(problemOf('{\n  "a": 1\n  "b": 2\n}')).toBe('3:3 expected a comma or }, found "\\""')
    expect(problemOf('{\n  "a": 1,\n}')).toBe('3:1 a comma before } is one too many')
    expect(problemOf('[1, 2')).toBe('1:6 the file ends too early, expected a comma or ]')
    expect(problemOf("{'a': 1}")).toBe('1:2 JSON strings need double quotes')
    expect(problemOf('{"a": "x\ny"}')).toBe('1:7 the string never ends')
    expect(problemOf('{"a": "\\q"}')).toBe('1:8 no such escape in JSON')
    expect(problemOf('{"a": 01}')).toBe('1:7 expected a value, found "0"')
    expect(problemOf('{"a": 1} {')).toBe('1:10 nothing may follow the value')
    expect(problemOf('{"a": yes}')).toBe('1:7 expected a value, found "y"')
    expect(problemOf('[\n1,\n# two\n2]')).toBe('3:1 expected a value, found "#"')
  })

  it('ends on nesting without end', () => {
    expect(problemOf('['.repeat(100_000))).toBe('1:502 nested deeper than 500')
  })

  it('agrees with JSON.parse on what is JSON, whatever the text', () => {
    const texts = fc
      .tuple(fc.json(), fc.nat(), fc.string({ unit: fc.constantFrom(...'{}[],:"\\0e.-+tu/ \n') }))
      .map(([json, at, junk]) => {
        const cut = at % (json.length + 1)
        return json.slice(0, cut) + junk + json.slice(cut)
      })
    fc.assert(
      fc.property(texts, text => {
        const { problem } = readJsonText(text)
        let parses = true
        try {
          JSON.parse(text)
        } catch {
          parses = false
        }
        expect(problem === undefined).toBe(parses)
        if (problem) expect(problem.message).not.toMatch(/JSON\.parse|position|token/)
      }),
    )
  })
})
