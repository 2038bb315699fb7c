import type { Document } from 'bson'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type HubEvent, toHubEvent } from '../../../src/data/watch/hub-event.ts'
import { openSight, type Sight } from '../../../src/data/watch/sight.ts'
import { differenceOf } from '../../../src/documents/embedded/engine/write/difference.ts'
import { openTestJudge } from '../rules/open-test-judge.ts'
import {
  customData,
  documents,
  type RoleOracle,
  roles,
  toRole,
  visibleOf,
} from '../rules/oracle.ts'

/** Fields that no rule of the oracle asks about: whether they are seen does not depend on what they hold. */
const removable = ['secret', 'addr'] as const

const history = fc
  .tuple(documents(2), fc.subarray([...removable]), fc.subarray([...removable]))
  .filter(([found]) => found.length === 2)
  .map(([[first, second], gone, late]) => {
    const before: Document = { ...first }
    const after: Document = { ...second, _id: before._id }
    for (const name of gone) delete after[name]
    for (const name of late) delete before[name]
    return { before, after }
  })
  .filter(({ before, after }) => JSON.stringify(before) !== JSON.stringify(after))

const eventOf = (event: Document): HubEvent =>
  toHubEvent(
    { _id: { _data: '01' }, clusterTime: 1, ns: { db: 'shop', coll: 'orders' }, ...event },
    { database: 'shop', collection: 'orders', seal: token => token },
  )

const openTestSight = async (all: readonly RoleOracle[]): Promise<Sight> =>
  openSight(await openTestJudge({ roles: all.map(toRole), customData }))

const keyOf = (visible: Document): Document =>
  visible._id === undefined ? {} : { _id: visible._id }

const valueAt = (document: Document, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((value, name) => (value as Document | undefined)?.[name], document)

describe('what a watch tells', () => {
  it('of an insert and of a deletion is what rules let see of the document', async () => {
    await fc.assert(
      fc.asyncProperty(roles, history, async (all, { before }) => {
        const sight = await openTestSight(all)
        const visible = visibleOf(all, before)
        const documentKey = { _id: before._id }

        const inserted = await sight.see(
          eventOf({ operationType: 'insert', documentKey, fullDocument: before }),
        )
        const deleted = await sight.see(
          eventOf({ operationType: 'delete', documentKey, fullDocumentBeforeChange: before }),
        )

        expect(inserted?.event.fullDocument).toEqual(visible)
        expect(inserted?.event.documentKey).toEqual(visible && keyOf(visible))
        expect(deleted?.event.documentKey).toEqual(visible && keyOf(visible))
        expect(deleted?.event ?? {}).not.toHaveProperty('fullDocument')
      }),
      { numRuns: 1_000 },
    )
  })

  it('of an update is all that it did to what is seen, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(roles, history, async (all, { before, after }) => {
        const sight = await openTestSight(all)
        const visible = visibleOf(all, after)
        const difference = differenceOf(before, after)

        const told = await sight.see(
          eventOf({
            operationType: 'update',
            documentKey: { _id: after._id },
            fullDocument: after,
            updateDescription: difference,
            removedBeforeChange: difference.removedFields.map(path => ({
              path,
              value: before[path],
            })),
          }),
        )

        const isFound = (path: string): boolean =>
          visible !== undefined && valueAt(visible, path) !== undefined
        const updated = Object.keys(difference.updatedFields).filter(isFound)
        const removed = difference.removedFields.filter(
          path =>
            visible !== undefined &&
            visibleOf(all, { ...after, [path]: before[path] })?.[path] !== undefined,
        )
        const truncated = difference.truncatedArrays.filter(({ field }) => isFound(field))
        const description = told?.event.updateDescription
        if (updated.length + removed.length + truncated.length === 0) {
          expect(told).toBeUndefined()
          return
        }
        expect(told?.event.fullDocument).toEqual(visible)
        expect(told?.event.documentKey).toEqual(visible && keyOf(visible))
        expect(description.updatedFields).toEqual(
          Object.fromEntries(updated.map(path => [path, valueAt(visible ?? {}, path)])),
        )
        expect([...description.removedFields].sort()).toEqual(removed.sort())
        expect(description.truncatedArrays ?? []).toEqual(truncated)
      }),
      { numRuns: 2_000 },
    )
  })
})
