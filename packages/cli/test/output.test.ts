import { describe, expect, it } from 'vitest'
import { toCount, toLine, toLines, writeTable } from '../src/output.ts'

describe('text of others', () => {
  it('cannot move the cursor of a terminal', () => {
    expect(toLine('a\u001b[2Jda\n\u009b1;1H')).toBe('a?[2Jda??1;1H')
    expect(toLines('one\r\ntwo\u001b]0;x\u0007\n\tthree')).toBe('one\ntwo?]0;x?\n\tthree')
  })
})

describe('a count', () => {
  it('says one thing or many, in numbers that people read', () => {
    expect([0, 1, 2_000].map(count => toCount(count, 'line'))).toEqual([
      '0 lines',
      '1 line',
      '2,000 lines',
    ])
  })
})

describe('a table', () => {
  it('has columns as wide as they need and no blanks at the end', () => {
    let out = ''
    const terminal = {
      env: {},
      cwd: '/',
      write: (text: string) => {
        out += text
      },
      complain: () => {},
      readInput: async () => undefined,
      paint: (_style: unknown, text: string) => text,
      waitForStop: async () => {},
    }

    writeTable(
      terminal,
      ['user', 'known as'],
      [
        ['1', 'ada'],
        ['two\n2', ''],
      ],
    )

    expect(out).toBe('user   known as\n1      ada\ntwo?2\n')
  })
})
