import type { Deps } from '../../deps.ts'
import { addressGroup } from '../../domain/address.ts'
import { AppError } from '../../errors.ts'
import { type Counter, count, counterKey, readCounters, refuseToWait } from '../throttle.ts'

/** Who tries to get in as which operator. */
export type OperatorGuess = {
  readonly projectId: string
  /** Canonical e-mail address, or public key. */
  readonly account: string
  /** IP address of the client, if known. */
  readonly address: string | undefined
}

type Counters = {
  /** This account from this address. */
  readonly pair: Counter
  /** This account, from wherever. */
  readonly anywhere: Counter
  /** This address, whatever the account. */
  readonly fromAddress: Counter
}

const countersOf = ({ projectId, account, address = '' }: OperatorGuess): Counters => {
  const project = { id: projectId }
  const group = address === '' ? '' : addressGroup(address)
  return {
    pair: { key: counterKey(project, 'operator-pair', account, group), free: 10 },
    anywhere: { key: counterKey(project, 'operator', account), free: 50 },
    fromAddress: { key: counterKey(project, 'operator-address', group), free: 100 },
  }
}

/** @throws `tooManyRequests`; strangers lock nobody out who has a session from where they ask. */
const admit = async (
  deps: Deps,
  { pair, anywhere, fromAddress }: Counters,
  isKnownPlace: () => Promise<boolean>,
): Promise<boolean> => {
  const [account, ...others] = await readCounters(deps, [anywhere, pair, fromAddress])
  for (const { wait } of others) refuseToWait(wait)
  const wait = account?.wait ?? 0
  if (wait > 0 && !(await isKnownPlace())) refuseToWait(wait)
  return (others[0]?.count ?? 0) > 0
}

const isWrong = (error: unknown): boolean =>
  error instanceof AppError &&
  (error.refusal === 'invalidPassword' || error.refusal === 'operatorKeyRefused')

/** What is counted already is told of no one more than this. */
const afterCounting = ({ pair, anywhere, fromAddress }: Counters): Counters => {
  const oneMore = (counter: Counter): Counter => ({ ...counter, free: counter.free + 1 })
  return { pair: oneMore(pair), anywhere: oneMore(anywhere), fromAddress: oneMore(fromAddress) }
}

/**
 * Proves who an operator is, and counts failures. Asked before and after: when others failed while this guess was
 * worked on, nobody is told how it ended. A failure is counted before it is told, so that no more of many guesses sent
 * at once are told than of as many sent one by one.
 *
 * @throws `tooManyRequests`, and what the proof throws
 */
export const guardGuess = async <Proof>(
  deps: Deps,
  guess: OperatorGuess & { readonly isKnownPlace: () => Promise<boolean> },
  prove: () => Promise<Proof>,
): Promise<Proof> => {
  const { isKnownPlace } = guess
  const counters = countersOf(guess)
  await admit(deps, counters, isKnownPlace)
  const [outcome] = await Promise.allSettled([prove()])
  if (outcome.status === 'fulfilled') {
    if (await admit(deps, counters, isKnownPlace)) await deps.store.limits.remove(counters.pair.key)
    return outcome.value
  }
  if (isWrong(outcome.reason)) {
    await Promise.all(Object.values(counters).map(counter => count(deps, counter)))
    await admit(deps, afterCounting(counters), isKnownPlace)
  }
  throw outcome.reason
}
