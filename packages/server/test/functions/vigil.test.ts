import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { openVigil } from '../../src/functions/vigil.ts'

/** Somebody who waits for `news`, and what was told of it. */
const openWaiting = () => {
  const told: boolean[] = []
  let news = 0
  let isExpecting = true
  let taken = 0
  const vigil = openVigil({
    look: () => {
      const isAny = news > 0
      taken += news
      news = 0
      return isAny
    },
    isExpecting: () => isExpecting,
    tell: isOn => {
      told.push(isOn)
      // Comes in the moment in which nobody looks any more.
      if (!isOn) news += 1
    },
  })
  return {
    vigil,
    told,
    taken: () => taken,
    hear: () => {
      news += 1
    },
    expectNothing: () => {
      isExpecting = false
    },
    turns: async (count: number) => {
      for (let turn = 0; turn < count; turn += 1) await setImmediate()
    },
  }
}

describe('waiting without sleep', () => {
  it('takes news as they come, for as long as more are expected', async () => {
    const { vigil, told, taken, hear, expectNothing, turns } = openWaiting()
    vigil.begin()
    for (const _ of Array(10)) {
      hear()
      await turns(20)
    }
    expect([taken(), told]).toEqual([10, [true]])

    expectNothing()
    await turns(2)
    expect(told).toEqual([true, false])
  })

  it('ends soon without news, and misses none that comes while it ends', async () => {
    const { vigil, told, taken, turns } = openWaiting()
    vigil.begin()
    await turns(100)
    expect([taken(), told]).toEqual([1, [true, false]])
  })

  it('is left out more and more often while it is in vain', async () => {
    const { vigil, told, turns } = openWaiting()
    const begun: number[] = []
    for (let occasion = 0; occasion < 12; occasion += 1) {
      const before = told.length
      vigil.begin()
      if (told.length > before) begun.push(occasion)
      await turns(100)
    }
    expect(begun).toEqual([0, 2, 6])
  })

  it('is begun each time while it is worth it', async () => {
    const { vigil, told, hear, turns } = openWaiting()
    for (const _ of Array(5)) {
      vigil.begin()
      hear()
      await turns(100)
    }
    expect(told.filter(isOn => isOn)).toHaveLength(5)
  })
})
