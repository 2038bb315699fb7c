import { describe, expect, it } from 'vitest'
import { readExplanation } from '../../../src/documents/mongodb/collection/explanation.ts'

const scan = { stage: 'IXSCAN', indexName: 'user_1_at_1', keyPattern: { user: 1, at: 1 } }
const planned = (winningPlan: object): object => ({ queryPlanner: { winningPlan } })

/** @see https://www.mongodb.com/docs/manual/reference/explain-results/ */
describe('what explain answers', () => {
  it('is a read by _id in the words of MongoDB 4 to 8', () => {
    const plans = [
      { stage: 'IDHACK' },
      { stage: 'FETCH', inputStage: { stage: 'IDHACK' } },
      { stage: 'EXPRESS_IXSCAN', keyPattern: '{ _id: 1 }', indexName: '_id_' },
      { stage: 'LIMIT', inputStage: { stage: 'EXPRESS_IXSCAN', indexName: '_id_' } },
    ]

    for (const plan of plans) {
      expect(readExplanation(planned(plan))).toEqual({ stage: 'IDHACK', sortedByIndex: true })
    }
  })

  it('names the index, and says when something is sorted in memory', () => {
    const sorted = planned({ stage: 'FETCH', inputStage: scan })
    const unsorted = planned({ stage: 'SORT', inputStage: { stage: 'FETCH', inputStage: scan } })

    expect(readExplanation(sorted)).toEqual({
      stage: 'IXSCAN',
      indexName: 'user_1_at_1',
      sortedByIndex: true,
    })
    expect(readExplanation(unsorted)).toMatchObject({ stage: 'IXSCAN', sortedByIndex: false })
  })

  it('looks into plans of the slot-based engine and of shards', () => {
    const slots = planned({ queryPlan: { stage: 'FETCH', inputStage: scan }, slotBasedPlan: {} })
    const shards = planned({
      stage: 'SHARD_MERGE',
      shards: [{ shardName: 'a', winningPlan: { stage: 'FETCH', inputStage: scan } }],
    })

    expect(readExplanation(slots)).toMatchObject({ stage: 'IXSCAN', indexName: 'user_1_at_1' })
    expect(readExplanation(shards)).toMatchObject({ stage: 'IXSCAN', indexName: 'user_1_at_1' })
  })

  it('is a scan when any shard reads everything', () => {
    const shards = planned({
      stage: 'SHARD_MERGE',
      shards: [
        { winningPlan: { stage: 'FETCH', inputStage: scan } },
        { winningPlan: { stage: 'COLLSCAN' } },
      ],
    })

    expect(readExplanation(shards)).toEqual({ stage: 'COLLSCAN', sortedByIndex: false })
  })

  it('is refused when there is no plan in it', () => {
    expect(() => readExplanation({ ok: 1 })).toThrow('this server does not say how it reads')
  })
})
