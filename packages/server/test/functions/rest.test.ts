import { describe, expect, it } from 'vitest'
import { toMessage } from '../../src/functions/call-message.ts'
import type { ThreadApp } from '../../src/functions/messages.ts'
import { startFunctionThread } from '../../src/functions/pool/function-thread.ts'

/** Takes about as long as the other side looks for results before it sleeps. */
const source = `exports = turns => { let n = 0; for (let i = 0; i < turns; i += 1) n += i; return n }`

const app: ThreadApp = {
  facts: {
    id: 'a'.repeat(24),
    clientAppId: 'test-aaaaa',
    name: 'test',
    projectId: '',
    deployment: { model: 'LOCAL', providerRegion: '' },
    lastDeployed: '',
    hostingUri: '',
  },
  functions: [{ name: 'count', source, runAsSystem: true }],
  environment: { tag: '', values: {} },
  dataSources: [],
  httpServices: [],
  folder: import.meta.dirname,
  values: {},
}

const limits = { callMs: 10_000, memoryMib: 128 }

describe('a thread whose calls have ended', () => {
  it('rests, however its last result came', { timeout: 60_000 }, async () => {
    let changed = (): void => {}
    const thread = startFunctionThread(app, limits, {
      changed: () => changed(),
      ended: () => changed(),
    })
    await new Promise<void>(resolve => {
      changed = resolve
    })

    const looking = setInterval(thread.look, 1)
    for (let call = 1; call <= 5_000; call += 1) {
      const args = [((call * 7_919) % 1_000) * 400]
      await new Promise(settle => {
        const asked = { name: 'count', args, caller: undefined }
        const ask = () => Promise.reject(new Error('nothing is asked'))
        thread.send({ message: toMessage(call, asked), since: performance.now(), settle, ask })
      })
      await new Promise(resolve => setImmediate(resolve))
      expect(thread.state(), `after call ${call}`).toBe('idle')
    }
    clearInterval(looking)
    await thread.close()
  })
})
