import { availableParallelism } from 'node:os'
import { performance } from 'node:perf_hooks'
import { type Algorithm, hash } from '@node-rs/argon2'

/** OWASP's first choice, as the server's default: 19 MiB, two passes, one lane. */
export const parameters = {
  algorithm: 2 satisfies Algorithm.Argon2id,
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
}

/** Hashes a second that the bare library makes with all cores busy. */
export const measureHashRate = async (durationMs: number): Promise<number> => {
  const started = performance.now()
  let hashes = 0
  const worker = async (): Promise<void> => {
    while (performance.now() - started < durationMs) {
      await hash('correct horse battery', parameters)
      hashes += 1
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, worker))
  return hashes / ((performance.now() - started) / 1000)
}
