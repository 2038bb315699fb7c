/** A letter, ready to be sent; the parts were checked against header injection when it was written. */
export type Letter = {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  /** The link the letter is about, for the development mailbox and log. */
  readonly link: string
}

/** Sends letters. */
export type Mailer = {
  /**
   * Resolves when the letter was handed over (SMTP accepted it, or the mailbox holds it).
   *
   * @throws when it could not be handed over; the caller decides what the client is told.
   */
  send(appId: string, letter: Letter): Promise<void>
  close(): Promise<void>
}
