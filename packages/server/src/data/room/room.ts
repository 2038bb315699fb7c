import { type FairQueue, openFairQueue } from '../../documents/fair-queue.ts'
import { AppError } from '../../errors.ts'
import { isSmall, openShares } from './shares.ts'
import { openSlowHolders } from './slow-holders.ts'

/** Bytes that somebody has in memory. */
export type Place = {
  /** Says how many it is, when that turned out later. Never waits. */
  resize(bytes: number): void
  /**
   * From here on it depends on somebody else how long the bytes stay. Where others wait, and it takes longer than it
   * would over a slow line, `cut` is called once; it has to see to it that they go.
   */
  mayBeCut(cut: () => void): void
  /** From here on it does not. */
  mayNotBeCut(): void
  /** May be called twice. */
  leave(): void
}

/** Memory that everybody shares. Owners who wait take turns. */
export type Room = {
  /**
   * Takes room for so many bytes, or waits until there is some.
   *
   * @throws `overloaded` when too much waits already, or nothing became free in time
   */
  enter(owner: string, bytes: number): Promise<Place>
  /** The same where nothing has to be waited for, else `undefined`. */
  tryEnter(owner: string, bytes: number): Place | undefined
  /** Bytes taken now. */
  used(): number
}

export type RoomOptions = {
  readonly mostBytes: number
  /** Places of one owner at the same time. Default 32. */
  readonly mostOfOne?: number
  /** Default 2,000 in all and 1,000 of one owner. */
  readonly mostWaiting?: number
  readonly mostWaitingOfOne?: number
  /** How long is waited. Default 30,000. */
  readonly patienceMs?: number
  /** What `mayBeCut` gives everybody before the pace counts. Default 5,000. */
  readonly graceMs?: number
}

type Waiting = {
  readonly owner: string
  readonly bytes: number
  readonly resolve: (place: Place) => void
  readonly reject: (error: Error) => void
  readonly timer: NodeJS.Timeout
}

const lookEveryMs = 500

export const openRoom = ({
  mostBytes,
  mostOfOne = 32,
  mostWaiting = 2_000,
  mostWaitingOfOne = 1_000,
  patienceMs = 30_000,
  graceMs = 5_000,
}: RoomOptions): Room => {
  /** What is small never waits behind what is not, not even its own owner's. */
  const queues = { small: openFairQueue<Waiting>(), large: openFairQueue<Waiting>() }
  const shares = openShares({ mostBytes, mostOfOne })
  const slow = openSlowHolders(graceMs)
  let looking: NodeJS.Timeout | undefined

  const queueOf = (bytes: number): FairQueue<Waiting> => queues[isSmall(bytes) ? 'small' : 'large']

  const rest = (): void => {
    if (queues.small.size() + queues.large.size() > 0) return
    clearInterval(looking)
    looking = undefined
  }

  /** Nobody overtakes who waits for nothing but room: else much would never find any among little. */
  const takeNext = (queue: FairQueue<Waiting>): Waiting | undefined => {
    let isFull = false
    return queue.take((owner, { bytes }) => {
      if (isFull || !shares.isWithinOwn(owner, bytes)) return false
      isFull = !shares.fits(bytes)
      return !isFull
    })
  }

  const handOut = (): void => {
    if (looking === undefined) return
    for (;;) {
      const next = takeNext(queues.small) ?? takeNext(queues.large)
      if (next === undefined) break
      clearTimeout(next.timer)
      next.resolve(take(next.owner, next.bytes))
    }
    rest()
  }

  const take = (owner: string, bytes: number): Place => {
    let held = bytes
    let hasLeft = false
    shares.count(owner, bytes, 1)
    const place: Place = {
      resize: wanted => {
        if (hasLeft) return
        shares.count(owner, wanted - held, 0)
        held = wanted
        handOut()
      },
      mayBeCut: cut => {
        if (!hasLeft) slow.add(place, held, cut)
      },
      mayNotBeCut: () => slow.remove(place),
      leave: () => {
        if (hasLeft) return
        hasLeft = true
        slow.remove(place)
        shares.count(owner, -held, -1)
        handOut()
      },
    }
    return place
  }

  const tryEnter: Room['tryEnter'] = (owner, bytes) => {
    const isBehind = !isSmall(bytes) && queues.large.size() > 0
    const mayGo = !isBehind && shares.isWithinOwn(owner, bytes) && shares.fits(bytes)
    return mayGo ? take(owner, bytes) : undefined
  }

  const wait = (owner: string, bytes: number): Promise<Place> => {
    const { promise, resolve, reject } = Promise.withResolvers<Place>()
    const timer = setTimeout(() => {
      queueOf(bytes).remove(owner, waiting)
      rest()
      reject(new AppError('overloaded'))
    }, patienceMs)
    const waiting: Waiting = { owner, bytes, resolve, reject, timer }
    queueOf(bytes).add(owner, waiting)
    looking ??= setInterval(slow.cut, lookEveryMs).unref()
    handOut()
    return promise
  }

  return {
    enter: async (owner, bytes) => {
      const place = tryEnter(owner, bytes)
      if (place !== undefined) return place
      const queue = queueOf(bytes)
      if (queue.size() >= mostWaiting || queue.sizeOf(owner) >= mostWaitingOfOne) {
        throw new AppError('overloaded')
      }
      return wait(owner, bytes)
    },
    tryEnter,
    used: shares.used,
  }
}
