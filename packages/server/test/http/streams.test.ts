import { describe, expect, it } from 'vitest'
import { openStreams } from '../../src/http/streams.ts'

const limits = { maxWatches: 3, maxWatchesPerUser: 2 }

describe('open streams', () => {
  it('are kept alive while they are open', async () => {
    const streams = openStreams(limits, { keepAliveEveryMs: 1 })
    const place = streams.admit('ada')

    await new Promise<void>(resolve => {
      place.add({ userId: 'ada', sessionId: 's', keepAlive: resolve, end: () => {} })
    })

    expect(streams.list()).toHaveLength(1)
    place.leave()
    place.leave()
    expect(streams.list()).toEqual([])
    streams.close()
  })

  it('end when they are closed together, and so does one that was about to open', () => {
    const streams = openStreams(limits)
    const ended: string[] = []
    const stream = (sessionId: string) => ({
      userId: 'ada',
      sessionId,
      keepAlive: () => {},
      end: () => void ended.push(sessionId),
    })
    const [first, second] = [streams.admit('ada'), streams.admit('ada')]
    first.add(stream('first'))

    streams.close()
    second.add(stream('second'))

    expect(ended).toEqual(['first', 'second'])
    expect(() => streams.admit('bob')).toThrow('too busy, try again in a moment')
  })

  it('take places of their user and of the server, from before they open until they are left', () => {
    const streams = openStreams(limits)
    const places = [streams.admit('ada'), streams.admit('ada')]

    expect(() => streams.admit('ada')).toThrow('a user may have 2 watches open at the same time')
    const bobs = streams.admit('bob')
    expect(() => streams.admit('eve')).toThrow('too busy, try again in a moment')
    for (const place of [...places, bobs]) place.leave()
    expect(streams.admit('ada')).toBeDefined()
    streams.close()
  })
})
