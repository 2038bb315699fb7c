/** Hashes and checks passwords, off the event loop, a bounded number at a time. */
export type Passwords = {
  /** @throws `overloaded` when too many wait already. */
  hash(password: string): Promise<string>
  /**
   * Checks a password against a hash. Without a hash it works as long, on a fixed one, and answers `false`,
   * so that time tells nothing about accounts.
   *
   * @throws `overloaded` when too many wait already.
   */
  verify(hash: string | undefined, password: string): Promise<boolean>
  /** True when the hash was made with other parameters than today's, so that the next login hashes anew. */
  isOutdated(hash: string): boolean
  close(): Promise<void>
}
