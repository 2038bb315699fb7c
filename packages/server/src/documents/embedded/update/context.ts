/** What an update may know about the moment it runs in. */
export type UpdateContext = {
  /** Index of the array element that the filter matched, for `$` in paths. */
  readonly position?: number | undefined
  /** True when the document comes from `upsertDocument` and is about to be inserted. */
  readonly isInsert: boolean
  readonly now: Date
}
