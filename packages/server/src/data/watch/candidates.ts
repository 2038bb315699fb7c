import type { Document } from 'bson'
import { parsePath } from '../../documents/embedded/values/path.ts'
import { keyOf, type Placement, valuesAt } from './placement.ts'

/** Readers by what their events must have, so that an event is shown only to those it can be for. */
export type Candidates<Reader> = {
  /** Puts a reader, or puts it elsewhere. Without a placement it is asked about every event. */
  place(reader: Reader, placement: Placement | undefined): void
  remove(reader: Reader): void
  /** Each reader that the event can be for, once. */
  of(event: Document): ReadonlySet<Reader>
  all(): Reader[]
  readonly size: number
}

type Shelf<Reader> = {
  readonly path: readonly string[]
  readonly byKey: Map<string, Set<Reader>>
}

export const openCandidates = <Reader>(): Candidates<Reader> => {
  const placements = new Map<Reader, Placement | undefined>()
  const everywhere = new Set<Reader>()
  const shelves = new Map<string, Shelf<Reader>>()

  const remove = (reader: Reader): void => {
    const placement = placements.get(reader)
    placements.delete(reader)
    everywhere.delete(reader)
    const shelf = placement && shelves.get(placement.path)
    if (placement === undefined || shelf === undefined) return
    for (const key of placement.keys) {
      const readers = shelf.byKey.get(key)
      readers?.delete(reader)
      if (readers?.size === 0) shelf.byKey.delete(key)
    }
    if (shelf.byKey.size === 0) shelves.delete(placement.path)
  }

  const putOnShelf = (reader: Reader, { path, keys }: Placement): void => {
    const shelf = shelves.get(path) ?? { path: parsePath(path), byKey: new Map() }
    if (keys.length > 0) shelves.set(path, shelf)
    for (const key of keys) {
      const readers = shelf.byKey.get(key) ?? new Set()
      shelf.byKey.set(key, readers.add(reader))
    }
  }

  return {
    place: (reader, placement) => {
      remove(reader)
      placements.set(reader, placement)
      if (placement === undefined) everywhere.add(reader)
      else putOnShelf(reader, placement)
    },
    remove,
    of: event => {
      const found = new Set(everywhere)
      for (const { path, byKey } of shelves.values()) {
        for (const value of valuesAt(event, path)) {
          for (const reader of byKey.get(keyOf(value)) ?? []) found.add(reader)
        }
      }
      return found
    },
    all: () => [...placements.keys()],
    get size() {
      return placements.size
    },
  }
}
