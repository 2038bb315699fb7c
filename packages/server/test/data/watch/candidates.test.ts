import { type Document, Double, Int32, Long, ObjectId } from 'bson'
import { describe, expect, it } from 'vitest'
import { openCandidates } from '../../../src/data/watch/candidates.ts'
import { placementOf } from '../../../src/data/watch/placement.ts'
import { compileFilter } from '../../../src/documents/embedded/query/matcher.ts'

/** Numbers that look random and are the same in every run. */
const openDice = (seed: number): (<T>(faces: readonly T[]) => T) => {
  let state = seed
  return faces => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return faces[Math.floor((state / 2 ** 31) * faces.length)] as (typeof faces)[number]
  }
}

const id = new ObjectId()
const scalars = [1, new Int32(1), new Double(1), Long.fromNumber(1), 2, 'a', '1', true, null, id]
const names = ['a', 'b']

const randomValue = (pick: ReturnType<typeof openDice>, depth = 0): unknown => {
  if (depth > 3) return pick(scalars)
  const kind = pick(['scalar', 'scalar', 'array', 'object'])
  if (kind === 'scalar') return pick(scalars)
  if (kind === 'array') {
    return Array.from({ length: pick([0, 1, 2]) }, () => randomValue(pick, depth + 1))
  }
  return Object.fromEntries(names.map(name => [name, randomValue(pick, depth + 1)]))
}

const randomPath = (pick: ReturnType<typeof openDice>): string =>
  pick(['a', 'b', 'a.b', 'b.a', 'a.0', 'a.0.b', 'a.b.a', 'b.1.a'])

const randomCondition = (pick: ReturnType<typeof openDice>): unknown => {
  const value = pick(scalars)
  return pick<unknown>([
    value,
    { $eq: value },
    { $in: [value, pick(scalars)] },
    { $ne: value },
    { $exists: false },
    { $gt: 0, $eq: 1 },
  ])
}

const randomFilter = (pick: ReturnType<typeof openDice>): Document => {
  const one = { [randomPath(pick)]: randomCondition(pick) }
  const two = { [randomPath(pick)]: randomCondition(pick) }
  return pick<Document>([one, { ...one, ...two }, { $and: [one, two] }, { $or: [one, two] }])
}

describe('readers placed by what their filters ask', () => {
  it('are asked about every event that meets their filter', () => {
    const pick = openDice(20_261_123)
    let met = 0
    let spared = 0
    for (let round = 0; round < 200; round += 1) {
      const candidates = openCandidates<Document>()
      const filters = Array.from({ length: 20 }, () => randomFilter(pick))
      for (const filter of filters) candidates.place(filter, placementOf(filter))
      for (let turn = 0; turn < 10; turn += 1) {
        const event = { a: randomValue(pick), b: randomValue(pick) }
        const asked = candidates.of(event)
        for (const filter of filters) {
          const isMet = compileFilter(filter).matches(event)
          if (isMet) expect(asked.has(filter), JSON.stringify({ filter, event })).toBe(true)
          if (isMet) met += 1
          else if (!asked.has(filter)) spared += 1
        }
      }
    }

    expect(met).toBeGreaterThan(1_000)
    expect(spared).toBeGreaterThan(1_000)
  })

  it('are forgotten when they leave, wherever they were put', () => {
    const candidates = openCandidates<string>()
    candidates.place('ada', placementOf({ a: 1 }))
    candidates.place('bob', undefined)
    candidates.place('eve', placementOf({ a: { $in: [1, 2] } }))
    candidates.place('ada', placementOf({ b: 1 }))

    expect([...candidates.of({ a: new Long(1), b: 1 })].sort()).toEqual(['ada', 'bob', 'eve'])
    for (const name of ['ada', 'bob', 'eve']) candidates.remove(name)
    expect([...candidates.of({ a: 1, b: 1 })]).toEqual([])
    expect(candidates.size).toBe(0)
  })
})
