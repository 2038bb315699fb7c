import type { Series } from '../activity/metrics/series.ts'

type OfProcesses = readonly (readonly Series[])[]

/** From a worker that is asked for the metrics of the server, or for its own. */
export type MetricsFromWorker =
  | { readonly kind: 'askMetrics'; readonly question: number }
  | { readonly kind: 'ownMetrics'; readonly round: number; readonly series: readonly Series[] }

/** To a worker. */
export type MetricsToWorker =
  | { readonly kind: 'tellMetrics'; readonly round: number }
  | { readonly kind: 'allMetrics'; readonly question: number; readonly ofProcesses: OfProcesses }

export const isOfMetrics = (message: { readonly kind: string }): message is MetricsFromWorker =>
  message.kind === 'askMetrics' || message.kind === 'ownMetrics'

/** How long the primary waits for workers that are busy, and a worker for the primary. */
const patienceMs = 1_000

/** In the primary. */
export type MetricsExchange = {
  /** Takes a message of a worker; what it asked for is sent with `reply`. */
  receive(message: MetricsFromWorker, reply: (message: MetricsToWorker) => void): void
}

/** In a worker. */
export type MetricsWorker = {
  /** Says what this process knows; asked for by others too. */
  answerWith(read: () => readonly Series[]): void
  receive(message: MetricsToWorker): void
  /** Those of all processes; of this one alone when the primary does not answer. */
  gather(): Promise<OfProcesses>
}

type Round = { readonly told: (readonly Series[])[]; readonly finish: () => void; missing: number }

/**
 * In the primary: whichever worker a reading reaches, it is given those of all.
 *
 * @param tell Sends to all workers, and answers how many there are
 * @param own What only the primary knows
 */
export const openMetricsExchange = (
  tell: (message: MetricsToWorker) => number,
  own: () => readonly Series[],
): MetricsExchange => {
  const rounds = new Map<number, Round>()
  let lastRound = 0

  const ask = (question: number, reply: (message: MetricsToWorker) => void): void => {
    lastRound += 1
    const round = lastRound
    const told: (readonly Series[])[] = [own()]
    const finish = (): void => {
      clearTimeout(timer)
      if (rounds.delete(round)) reply({ kind: 'allMetrics', question, ofProcesses: told })
    }
    const timer = setTimeout(finish, patienceMs)
    rounds.set(round, { told, finish, missing: tell({ kind: 'tellMetrics', round }) })
  }

  return {
    receive: (message, reply) => {
      if (message.kind === 'askMetrics') {
        ask(message.question, reply)
        return
      }
      const round = rounds.get(message.round)
      if (!round) return
      round.told.push(message.series)
      round.missing -= 1
      if (round.missing <= 0) round.finish()
    },
  }
}

export const openMetricsWorker = (send: (message: MetricsFromWorker) => void): MetricsWorker => {
  const waiting = new Map<number, (ofProcesses: OfProcesses) => void>()
  let readOwn: () => readonly Series[] = () => []
  let lastQuestion = 0
  return {
    answerWith: read => {
      readOwn = read
    },
    receive: message => {
      if (message.kind === 'tellMetrics') {
        send({ kind: 'ownMetrics', round: message.round, series: readOwn() })
        return
      }
      waiting.get(message.question)?.(message.ofProcesses)
      waiting.delete(message.question)
    },
    gather: () =>
      new Promise(resolve => {
        lastQuestion += 1
        const question = lastQuestion
        const timer = setTimeout(() => {
          if (waiting.delete(question)) resolve([readOwn()])
        }, 2 * patienceMs)
        waiting.set(question, ofProcesses => {
          clearTimeout(timer)
          resolve(ofProcesses)
        })
        send({ kind: 'askMetrics', question })
      }),
  }
}
