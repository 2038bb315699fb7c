import { AppError } from '../../errors.ts'
import type { HubEvent } from './hub-event.ts'
import type { Wanted } from './wanted.ts'

const smallBytes = 64 * 1024
const fewComparisons = 10_000
/** Takes about a tenth of a second. */
const mostComparisons = 400_000

const elementsIn = (value: unknown, isElement = false): number => {
  if (typeof value !== 'object' || value === null) return isElement ? 1 : 0
  const prototype: unknown = Object.getPrototypeOf(value)
  const isList = Array.isArray(value)
  if (!isList && prototype !== Object.prototype && prototype !== null) return isElement ? 1 : 0
  return Object.values(value).reduce<number>(
    (sum, inner) => sum + elementsIn(inner, isElement || isList),
    isElement ? 1 : 0,
  )
}

const counted = new WeakMap<HubEvent, number>()

/** A filter's condition about a list is asked of each element. */
const comparisons = (event: HubEvent, { parts }: Wanted): number => {
  if (parts === 0) return 0
  let elements = counted.get(event)
  if (elements === undefined) {
    elements = elementsIn(event.whole.event)
    counted.set(event, elements)
  }
  return elements * parts
}

/** True for an event that takes so long to look at that others have to have their turn in between. */
export const isHeavy = (event: HubEvent, wanted: Wanted): boolean =>
  event.size > smallBytes || comparisons(event, wanted) > fewComparisons

/** @throws `readSizeLimit` where looking at the event would hold everybody up */
export const checkLoad = (event: HubEvent, wanted: Wanted): void => {
  if (comparisons(event, wanted) <= mostComparisons) return
  const detail = 'the filter has too many conditions for lists as long as those of this change'
  throw new AppError('readSizeLimit', { detail })
}

let last: Promise<void> = Promise.resolve()

/** Resolves in a turn of the event loop that no other heavy event has. */
export const nextTurn = (): Promise<void> => {
  last = last.then(() => new Promise<void>(resolve => setImmediate(resolve)))
  return last
}
