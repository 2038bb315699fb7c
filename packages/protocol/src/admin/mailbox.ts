/** A letter kept by the development mailbox. */
export type LetterWire = {
  readonly _id: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly link: string
  /** Seconds since 1970. */
  readonly sent_at: number
}
