/** A password hash that another system made, read and found affordable. */
export type ForeignHash = {
  /** What hashes are compared within: the algorithm, with its digest. */
  readonly kind: string
  /** Grows with the time that a check takes; says nothing across kinds. */
  readonly work: number
  /** A hash of no password that takes as long to check. */
  readonly decoy: string
  /** Checks a password, off the event loop unless it takes microseconds. */
  verify(password: string): Promise<boolean>
}

/** A hash that cannot be taken, and why: goes behind `the password hash`. */
export type HashProblem = { readonly problem: string }

/** Reads hashes of one format; `undefined` for those of others. */
export type HashFormat = (text: string) => ForeignHash | HashProblem | undefined

/** Memory that one check may take, in bytes. */
export const mostMemory = 134_217_728

export const tooCostly = (what: string): HashProblem => ({
  problem: `asks for too much work (${what})`,
})

export const malformed: HashProblem = { problem: 'is cut off or malformed' }
