import { DocumentsError } from '../../documents/error.ts'
import type { Expectations } from './expectations.ts'
import type { Place, Room } from './room.ts'

/** What an answer takes up, for somebody who holds it longer than the operation lasted. */
export type Held = Pick<Place, 'mayBeCut' | 'leave'>

/** How a read is bounded, and who is told how much it gave. */
export type Allowance = {
  readonly maxResultBytes: number
  readonly onBytes: (bytes: number) => void
}

/** The memory that one operation has for documents. */
export type Holding = Held & {
  /**
   * Reads once there is room for as much as such reads gave before, and again with room for `mostBytes` when they were
   * more. What an earlier read gave is counted no longer.
   *
   * @throws `overloaded`
   */
  read<Result>(
    what: string,
    mostBytes: number,
    attempt: (allowance: Allowance) => Promise<Result>,
  ): Promise<Result>
  /** The same for one document more, for which nobody waits who has room already. */
  readOne<Result>(
    what: string,
    mostBytes: number,
    attempt: (allowance: Allowance) => Promise<Result>,
  ): Promise<Result>
}

const isTooLarge = (error: unknown): boolean =>
  error instanceof DocumentsError && error.codeName === 'QueryExceededMemoryLimitNoDiskUseAllowed'

/** Where there is no room for what is likely, it is tried with so little: it may be enough, and need not wait then. */
const leastBytes = 256 * 1024

type Parts = { readonly room: Room; readonly expectations: Expectations; readonly owner: string }

export const openHolding = ({ room, expectations, owner }: Parts): Holding => {
  let place: Place | undefined
  let hasLeft = false

  const leave = (): void => {
    place?.leave()
    place = undefined
  }

  const keep = (taken: Place): Place => {
    leave()
    place = taken
    if (hasLeft) leave()
    return taken
  }

  const enter = async (bytes: number): Promise<Place> => keep(await room.enter(owner, bytes))

  const tryEnter = (bytes: number): Place | undefined => {
    const taken = room.tryEnter(owner, bytes)
    return taken && keep(taken)
  }

  const read: Holding['read'] = async (what, mostBytes, attempt) => {
    const within = (mine: Place, maxResultBytes: number) => {
      const onBytes = (given: number): void => {
        expectations.note(what, given)
        mine.resize(given)
      }
      return attempt({ maxResultBytes, onBytes })
    }
    const expected = Math.min(expectations.of(what), mostBytes)
    const least = Math.min(expected, leastBytes)
    leave()
    const usual = tryEnter(expected)
    const little = usual ? undefined : tryEnter(least)
    const rest = [...(little ? [expected] : []), mostBytes].filter(bytes => bytes > least)
    let bytes = little ? least : expected
    let mine = usual ?? little ?? (await enter(expected))
    for (;;) {
      try {
        return await within(mine, bytes)
      } catch (error) {
        const more = rest.shift()
        if (more === undefined || more <= bytes || !isTooLarge(error)) throw error
        leave()
        bytes = more
        mine = await enter(more)
      }
    }
  }

  return {
    read,
    readOne: (what, mostBytes, attempt) =>
      place === undefined
        ? read(what, mostBytes, attempt)
        : attempt({ maxResultBytes: mostBytes, onBytes: () => undefined }),
    mayBeCut: cut => place?.mayBeCut(cut),
    leave: () => {
      hasLeft = true
      leave()
    },
  }
}
