import { fromEjson, JsonError } from '@regent/protocol'
import { describe, expect, it } from 'vitest'
import { compileExpression } from '../../src/documents/embedded/aggregate/expression.ts'
import { canonicalEmail, isAccountName, isMailAddress } from '../../src/domain/email.ts'
import { openLog } from '../../src/log.ts'

/** Best of three, because other programs run on this machine. */
const milliseconds = (work: () => unknown): number => {
  const times = [0, 1, 2].map(() => {
    const startedAt = performance.now()
    work()
    return performance.now() - startedAt
  })
  return Math.min(...times)
}

describe('text made to be slow', () => {
  it('in place of an address takes no time, also where one character stands for eighteen', () => {
    const units = ['\ufdfa', '\u0130', '\u0301', 'a\u0301\u0323', '\u3002', '@', 'a@', '\u337f']

    for (const unit of units) {
      for (const text of [unit.repeat(254).slice(0, 254), `a@${unit.repeat(50_000)}`]) {
        const check = () => isAccountName(text) && isMailAddress(text) && canonicalEmail(text)
        expect(milliseconds(check), JSON.stringify(unit)).toBeLessThan(10)
      }
    }
    expect(isAccountName('\ufdfa'.repeat(254))).toBe(false)
  })

  it('in an error is logged at once, tokens left out', () => {
    const lines: string[] = []
    const log = openLog({ level: 'info', to: { write: line => lines.push(line) } })

    for (const unit of ['eyJ', 'eyJ-', 'eyJa.', '?token=', '.', '-']) {
      const err = new Error(unit.repeat(15_000))
      expect(
        milliseconds(() => log.error('failed', { err })),
        unit,
      ).toBeLessThan(200)
    }
    log.error('failed', {
      err: new Error('of "eyJhbGci.eyJzdWIi.c2ln", %22eyJhbGci.eyJzdWIi.c2ln'),
    })
    const { message, stack } = JSON.parse(lines.at(-1) ?? '').err
    expect(message).toBe('of "[token]", %[token]')
    expect(stack).not.toContain('c2ln')
  })

  it('in place of a number is refused at once', () => {
    for (const unit of ['1', '11.', '.', '1e', '-']) {
      const text = `${unit.repeat(20_000)}x`
      const ways = [
        () => expect(() => fromEjson({ $numberDouble: text })).toThrow(JsonError),
        () => expect(() => compileExpression({ $toDouble: text })({})).toThrow('parse number'),
        () => expect(() => compileExpression({ $toDecimal: text })({})).toThrow('parse number'),
      ]
      for (const way of ways) expect(milliseconds(way), unit).toBeLessThan(100)
    }
  })
})
