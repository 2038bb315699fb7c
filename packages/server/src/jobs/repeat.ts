/** Something that runs until it is stopped. Stopping waits for what is under way. */
export type Job = { stop(): Promise<void> }

/**
 * Works now, and again and again, one time after the other. `work` resolves how many milliseconds to wait before the
 * next time; it must not reject.
 */
export const repeat = (work: () => Promise<number>): Job => {
  let timer: NodeJS.Timeout | undefined
  let isStopped = false

  const workAndWait = async (): Promise<void> => {
    const waitMs = await work()
    if (isStopped) return
    timer = setTimeout(() => {
      running = workAndWait()
    }, waitMs).unref()
  }
  let running = workAndWait()

  return {
    stop: async () => {
      isStopped = true
      clearTimeout(timer)
      await running
    },
  }
}
