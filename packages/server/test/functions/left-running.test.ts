import { describe, expect, it } from 'vitest'
import { call, serveFunctions } from './apps.ts'

const sources = {
  leaveLoop: 'exports = () => { Promise.resolve().then(() => { for (;;); }); return "gone" }',
  leaveTick: 'exports = () => { process.nextTick(() => { for (;;); }); return "gone" }',
  ok: 'exports = () => "ok"',
}

describe('what a call leaves running without end', () => {
  it.each(['leaveLoop', 'leaveTick'])('stops no later call: %s', async name => {
    await using server = await serveFunctions(sources, {}, { functionThreads: 1 })

    expect(await call(server, name)).toBe('gone')

    expect(await Promise.all([call(server, 'ok'), call(server, 'ok')])).toEqual(['ok', 'ok'])
  })
})
