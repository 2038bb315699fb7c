import { errors, type Refusal } from '@regent/protocol'

/**
 * A fact for the caller: a row of the table of refusals. Everything else that is thrown is our bug or the
 * world's, and is answered as `internal`.
 */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly refusal: Refusal

  /** `values` fill the `{name}` places of the row's text. */
  constructor(
    refusal: Refusal,
    values: Readonly<Record<string, string>> = {},
    options?: ErrorOptions,
  ) {
    super(
      errors[refusal].text.replace(/\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole),
      options,
    )
    this.refusal = refusal
  }
}
