import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createEventReader, type StreamEvent } from '../../src/mongo/event-reader.ts'

const read = (...chunks: (string | Uint8Array)[]): StreamEvent[] => {
  const take = createEventReader()
  return chunks.flatMap(chunk => take(typeof chunk === 'string' ? Buffer.from(chunk) : chunk))
}

describe('server-sent events', () => {
  it('are read as client-protocol has them', () => {
    const cases: [string, StreamEvent[]][] = [
      ['data: {}\n\n', [{ type: '', data: '{}' }]],
      ['data:{}\r\n\r\n', [{ type: '', data: '{}' }]],
      ['data:  two spaces\n\n', [{ type: '', data: ' two spaces' }]],
      ['data: a\ndata: b\n\n', [{ type: '', data: 'a\nb' }]],
      ['data: a\ndata:\ndata\n\n', [{ type: '', data: 'a\n\n' }]],
      ['event: error\ndata: {}\n\n', [{ type: 'error', data: '{}' }]],
      ['event: a\nevent: b\ndata: x\n\n', [{ type: 'b', data: 'x' }]],
      ['event: lost\n\ndata: x\n\n', [{ type: '', data: 'x' }]],
      [': a comment\n\n:\n\ndata: x\n: within\n\n', [{ type: '', data: 'x' }]],
      ['id: 1\nretry: 5\nother: y\ndata: x\n\n', [{ type: '', data: 'x' }]],
      ['data: a\rb\n\n', [{ type: '', data: 'a\rb' }]],
      ['data: 100%25 %0A%0D %0a %41 %2525 %\n\n', [{ type: '', data: '100% \n\r %0a %41 %25 %' }]],
      ['data: unfinished', []],
      ['data: unfinished\n', []],
      [
        'data: x\n\ndata: y\n\n',
        [
          { type: '', data: 'x' },
          { type: '', data: 'y' },
        ],
      ],
      ['\n\n\n', []],
    ]
    for (const [text, events] of cases) expect(read(text)).toEqual(events)
  })

  it('are the same however the bytes are cut, within a character too', () => {
    const line = fc
      .string({ unit: 'grapheme', maxLength: 20 })
      .map(text => text.replace(/[\r\n%]/g, '.'))
    const whole = fc.array(fc.tuple(line, fc.constantFrom('\n', '\r\n')), {
      minLength: 1,
      maxLength: 8,
    })
    fc.assert(
      fc.property(whole, fc.array(fc.nat({ max: 400 }), { maxLength: 30 }), (lines, cuts) => {
        const text = lines.map(([data, end]) => `data: ${data}${end}: c${end}${end}`).join('')
        const bytes = Buffer.from(text)
        const at = [...new Set([0, ...cuts.filter(cut => cut < bytes.length), bytes.length])]
        at.sort((a, b) => a - b)
        const chunks = at.slice(1).map((end, index) => bytes.subarray(at[index], end))

        expect(read(...chunks)).toEqual(lines.map(([data]) => ({ type: '', data })))
      }),
      { numRuns: 300 },
    )
  })

  it('of 16 MB in small pieces are read in a moment', () => {
    const take = createEventReader()
    const piece = Buffer.alloc(16_384, 'x')
    const begun = performance.now()
    take(Buffer.from('data: '))
    for (let count = 0; count < 1_024; count++) expect(take(piece)).toEqual([])
    const [event] = take(Buffer.from('\n\n'))

    expect(event?.data.length).toBe(16 * 1_024 * 1_024)
    expect(performance.now() - begun).toBeLessThan(5_000)
  })
})
