import { AppError } from '../../errors.ts'

/** Lets some do their work at the same time, and the others wait. */
export type Slots = {
  /** @throws `overloaded` when too many wait already */
  use<Result>(work: () => Promise<Result>): Promise<Result>
}

export const openSlots = (atATime: number, maxWaiting: number): Slots => {
  const waiting: (() => void)[] = []
  let free = atATime

  const enter = async (): Promise<void> => {
    if (free > 0) {
      free -= 1
      return
    }
    if (waiting.length >= maxWaiting) throw new AppError('overloaded')
    await new Promise<void>(resolve => waiting.push(resolve))
  }

  const leave = (): void => {
    const next = waiting.shift()
    if (next === undefined) free += 1
    else next()
  }

  return {
    use: async work => {
      await enter()
      try {
        return await work()
      } finally {
        leave()
      }
    },
  }
}
