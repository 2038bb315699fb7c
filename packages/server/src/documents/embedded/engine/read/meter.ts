import { DocumentsError, tooMuch } from '../../../error.ts'
import type { Lane, ReadRequest } from '../messages.ts'

/** Counts what a read costs and ends it when that is too much. */
export type Meter = {
  /** @throws `MaxTimeMSExpired`, `QueryExceededMemoryLimitNoDiskUseAllowed`, or `ReadMoved` on the quick lane. */
  examined(documents: number): void
  /**
   * To be called every few milliseconds of work that looks at no documents.
   *
   * @throws `MaxTimeMSExpired`, or `ReadMoved` on the quick lane
   */
  passed(): void
  /** Counts bytes that are held in memory until the read ends. */
  held(bytes: number): void
  /** Counts bytes of the answer, which are held too. */
  given(bytes: number): void
}

/** Thrown when a read that looked quick turned out to be slow: it starts again on the other thread. */
export class ReadMoved extends Error {}

const quickMs = 100
const quickDocuments = 10_000
/** As much as MongoDB lets one sort or one answer hold. */
const maxHeldBytes = 100 * 1024 * 1024
const clockEvery = 16

type Limits = Pick<ReadRequest, 'maxTimeMs' | 'maxExamined' | 'maxResultBytes'>

export const openMeter = (
  { maxTimeMs, maxExamined, maxResultBytes = Number.POSITIVE_INFINITY }: Limits,
  lane: Lane,
): Meter => {
  const startedAt = performance.now()
  let documents = 0
  let bytes = 0
  let givenBytes = 0

  const checkTime = (): void => {
    const spentMs = performance.now() - startedAt
    if (lane === 'quick' && spentMs > quickMs) throw new ReadMoved()
    if (spentMs > maxTimeMs) {
      throw new DocumentsError('MaxTimeMSExpired', 'operation exceeded time limit')
    }
  }

  const held = (count: number): void => {
    bytes += count
    if (bytes > maxHeldBytes) {
      throw new DocumentsError(
        'QueryExceededMemoryLimitNoDiskUseAllowed',
        `the read holds more than ${maxHeldBytes} bytes in memory; use a limit`,
      )
    }
  }

  return {
    examined: count => {
      documents += count
      if (maxExamined !== undefined && documents > maxExamined) {
        throw new DocumentsError(
          'QueryExceededMemoryLimitNoDiskUseAllowed',
          `the read looked at more than ${maxExamined} documents; it needs an index or a narrower filter`,
        )
      }
      if (lane === 'quick' && documents > quickDocuments) throw new ReadMoved()
      if (documents % clockEvery === 0) checkTime()
    },
    passed: checkTime,
    held,
    given: count => {
      held(count)
      givenBytes += count
      if (givenBytes > maxResultBytes) throw tooMuch(maxResultBytes)
    },
  }
}
