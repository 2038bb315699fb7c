import { createHash } from 'node:crypto'
import type { ItemId } from '../../domain/app.ts'
import type { ItemKind } from './definition.ts'

/**
 * Ids of the things of one app. The id of a thing follows from its name, so that nothing is written when something new
 * is deployed; only what was renamed, and what took a name whose id went on, is noted.
 */
export type ItemIds = {
  idOf(kind: ItemKind, name: string): string
  rename(kind: ItemKind, from: string, to: string): void
  /** What is to be kept. */
  noted(): readonly ItemId[]
}

const derive = (appId: string, kind: ItemKind, name: string, turn: number): string =>
  createHash('sha256')
    .update(JSON.stringify([appId, kind, name, turn]))
    .digest('hex')
    .slice(0, 24)

export const openItemIds = (appId: string, given: readonly ItemId[] = []): ItemIds => {
  let notes = [...given]
  const find = (kind: ItemKind, name: string): ItemId | undefined =>
    notes.find(note => note.kind === kind && note.name === name)
  const isTaken = (kind: ItemKind, id: string): boolean =>
    notes.some(note => note.kind === kind && note.id === id)

  const idOf = (kind: ItemKind, name: string): string => {
    const known = find(kind, name)
    if (known) return known.id
    for (let turn = 0; ; turn++) {
      const id = derive(appId, kind, name, turn)
      if (isTaken(kind, id)) continue
      if (turn > 0) notes.push({ kind, name, id })
      return id
    }
  }

  return {
    idOf,
    rename: (kind, from, to) => {
      if (from === to) return
      const id = idOf(kind, from)
      notes = notes.filter(note => note.kind !== kind || (note.name !== from && note.name !== to))
      notes.push({ kind, name: to, id })
    },
    noted: () => notes,
  }
}
