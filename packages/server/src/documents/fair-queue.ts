/** What waits, by whom it is for. Owners take turns, so that one who has much waiting holds up nobody else. */
export type FairQueue<Item> = {
  /** How many wait in all. */
  size(): number
  sizeOf(owner: string): number
  /** Behind what its owner has waiting. */
  add(owner: string, item: Item): void
  /** Takes out the next one, of an owner who may go on; `undefined` when there is none. */
  take(mayGo?: (owner: string, item: Item) => boolean): Item | undefined
  /** Takes one out before its turn. */
  remove(owner: string, item: Item): void
  /** Takes all out. */
  clear(): Item[]
}

export const openFairQueue = <Item>(): FairQueue<Item> => {
  /** In the order of turns. Nobody has an empty list. */
  const waiting = new Map<string, Item[]>()
  let size = 0

  const put = (owner: string, items: Item[]): void => {
    if (items.length > 0) waiting.set(owner, items)
    else waiting.delete(owner)
  }

  return {
    size: () => size,
    sizeOf: owner => waiting.get(owner)?.length ?? 0,
    add: (owner, item) => {
      size += 1
      const items = waiting.get(owner)
      if (items === undefined) waiting.set(owner, [item])
      else items.push(item)
    },
    take: (mayGo = () => true) => {
      for (const [owner, items] of waiting) {
        const [first] = items
        if (first === undefined || !mayGo(owner, first)) continue
        size -= 1
        items.shift()
        waiting.delete(owner)
        put(owner, items)
        return first
      }
      return undefined
    },
    remove: (owner, item) => {
      const items = waiting.get(owner) ?? []
      const others = items.filter(one => one !== item)
      size -= items.length - others.length
      put(owner, others)
    },
    clear: () => {
      const items = [...waiting.values()].flat()
      waiting.clear()
      size = 0
      return items
    },
  }
}
