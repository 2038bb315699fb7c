/** A time of the wire, which is in seconds since 1970. */
export const toDate = (seconds: number): Date => new Date(seconds * 1000)

/** As `toDate`, for a time that may be absent. */
export const toDateIf = (seconds: number | undefined): Date | undefined =>
  seconds === undefined ? undefined : toDate(seconds)
