/** Who has how much of a memory that is shared. */
export type Shares = {
  readonly used: () => number
  /** True while the owner has no more than may be had by one. Who has nothing yet gets what there is. */
  isWithinOwn(owner: string, bytes: number): boolean
  /** True while there is room for it, whoever asks. */
  fits(bytes: number): boolean
  count(owner: string, bytes: number, places: 1 | 0 | -1): void
}

/** What is larger leaves a quarter of the room to what is not, which so seldom has to wait. */
const smallBytes = 1024 * 1024

export const isSmall = (bytes: number): boolean => bytes <= smallBytes

type Limits = { readonly mostBytes: number; readonly mostOfOne: number }

/** Half of the room is for others. */
export const openShares = ({ mostBytes, mostOfOne }: Limits): Shares => {
  const owners = new Map<string, { bytes: number; places: number }>()
  let used = 0
  return {
    used: () => used,
    isWithinOwn: (owner, bytes) => {
      const mine = owners.get(owner)
      if (mine === undefined) return true
      return mine.places < mostOfOne && mine.bytes + bytes <= mostBytes * 0.5
    },
    fits: bytes => used === 0 || used + bytes <= mostBytes * (isSmall(bytes) ? 1 : 0.75),
    count: (owner, bytes, places) => {
      used += bytes
      const mine = owners.get(owner) ?? { bytes: 0, places: 0 }
      mine.bytes += bytes
      mine.places += places
      if (mine.places === 0) owners.delete(owner)
      else owners.set(owner, mine)
    },
  }
}
