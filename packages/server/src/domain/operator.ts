/** Who uses the Admin API. */
export type Operator = {
  /** 24 hex characters. */
  readonly id: string
  /** What people call them: an e-mail address, or the name of a key. */
  readonly name: string
  /** `key-file`: whoever can read the server's data folder. */
  readonly kind: 'key-file' | 'admin' | 'admin-key'
  readonly role: 'full' | 'read-only'
}
