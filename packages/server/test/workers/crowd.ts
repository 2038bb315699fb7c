import type { Answer, Serving } from './serve.ts'

/** People who sign up one after the other, several at a time, whatever happens to the server. */
export type Crowd = {
  /** Refresh tokens of those whose sign-up was acknowledged so far. */
  readonly acknowledged: readonly string[]
  /** Answers that were neither an acknowledgement nor a 503. */
  readonly strange: readonly Answer[]
  /** Resolves when that many more have been acknowledged. */
  grow(count: number): Promise<void>
  stop(): Promise<void>
}

const patienceMs = 30_000

export const gather = (server: Pick<Serving, 'logIn'>, people = 8): Crowd => {
  const acknowledged: string[] = []
  const strange: Answer[] = []
  let isOver = false

  const signUp = async (): Promise<void> => {
    const answer = await server.logIn().catch(() => undefined)
    if (answer?.status === 200) acknowledged.push(String(answer.body.refresh_token))
    else if (answer === undefined) await new Promise(resolve => setTimeout(resolve, 10))
    else if (answer.status !== 503) strange.push(answer)
  }
  const run = async (): Promise<void> => {
    while (!isOver) await signUp()
  }
  const all = Promise.all(Array.from({ length: people }, run))

  return {
    acknowledged,
    strange,
    grow: async count => {
      const wanted = acknowledged.length + count
      const since = performance.now()
      while (acknowledged.length < wanted) {
        if (performance.now() - since > patienceMs) throw new Error('the crowd does not grow')
        await new Promise(resolve => setTimeout(resolve, 10))
      }
    },
    stop: async () => {
      isOver = true
      await all
    },
  }
}

/** Those of the tokens that the server does not refresh. */
export const findLost = async (
  server: Pick<Serving, 'refresh'>,
  tokens: readonly string[],
): Promise<number[]> => {
  const statuses: number[] = []
  for (let at = 0; at < tokens.length; at += 16) {
    const answers = await Promise.all(tokens.slice(at, at + 16).map(server.refresh))
    statuses.push(...answers.map(({ status }) => status))
  }
  return statuses.filter(status => status !== 201)
}
