import type { Documents } from '../../documents/documents.ts'
import { openMongoDb } from '../../documents/mongodb/index.ts'

/** Clusters that data sources are linked to: one client for each address. */
export type LinkedClusters = {
  /** `user` says for whom: when it comes with another address, the one before is closed if nobody else uses it. */
  open(user: string, address: string): Promise<Documents>
  close(): Promise<void>
}

/** Operations under way with the old address of a data source get so long. */
const farewellMs = 60_000

export const openLinkedClusters = (): LinkedClusters => {
  const clusters = new Map<string, Promise<Documents>>()
  const addresses = new Map<string, string>()
  const leaving = new Set<Promise<Documents>>()

  const closeOne = async (opening: Promise<Documents>): Promise<void> => {
    leaving.delete(opening)
    const [opened] = await Promise.allSettled([opening])
    if (opened?.status === 'fulfilled') await opened.value.close()
  }

  const leave = (address: string): void => {
    const opening = clusters.get(address)
    if (opening === undefined || [...addresses.values()].includes(address)) return
    clusters.delete(address)
    leaving.add(opening)
    setTimeout(() => void closeOne(opening).catch(() => undefined), farewellMs).unref()
  }

  return {
    open: (user, address) => {
      const before = addresses.get(user)
      addresses.set(user, address)
      if (before !== undefined && before !== address) leave(before)
      const known = clusters.get(address)
      if (known !== undefined) return known
      const opening = openMongoDb({ address })
      clusters.set(address, opening)
      opening.catch(() => clusters.delete(address))
      return opening
    },
    close: async () => {
      const all = [...clusters.values(), ...leaving]
      clusters.clear()
      addresses.clear()
      await Promise.all(all.map(closeOne))
    },
  }
}
