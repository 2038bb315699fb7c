/** Lets those who would change the same thing do so one after the other. */
export type Turns = {
  take<Result>(key: string, work: () => Promise<Result>): Promise<Result>
}

export const openTurns = (): Turns => {
  const last = new Map<string, Promise<unknown>>()
  return {
    take: (key, work) => {
      const before = last.get(key) ?? Promise.resolve()
      const turn = before.then(work, work)
      const settled = turn.then(
        () => undefined,
        () => undefined,
      )
      last.set(key, settled)
      void settled.then(() => {
        if (last.get(key) === settled) last.delete(key)
      })
      return turn
    },
  }
}
