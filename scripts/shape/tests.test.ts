import { expect, it } from 'vitest'
import { projectOf } from './project.ts'
import { testRule } from './tests.ts'

function findings(text: string): string[] {
  return testRule(projectOf([['packages/sdk/test/a.test.ts', text]])).map(
    ({ line, message }) => `${line} ${message}`,
  )
}

it('refuses an assertion that nobody waits for', () => {
  const text = `expect(p).resolves.toBe(1)
await expect(p).resolves.toBe(1)
const check = () => expect(p).rejects.toThrow()
void expect(p).rejects.toThrow()
await Promise.all([expect(p).resolves.toBe(1)])`

  expect(findings(text)).toEqual(['1 nobody awaits .resolves', '4 nobody awaits .rejects'])
})

it('refuses mocks, leftovers and names that are wishes', () => {
  const text = `vi.mock('./a.ts')
it.only('works', f)
it('should work', f)
it.skipIf(true)('works', f)`

  expect(findings(text)).toEqual([
    '1 uses vi.mock: tests run real parts',
    '2 leaves it.only behind',
    '3 is named with "should": name the fact',
  ])
})
