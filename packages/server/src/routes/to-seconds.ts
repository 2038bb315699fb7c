/** Milliseconds since 1970 as the wire tells times: in whole seconds. */
export const toSeconds = (milliseconds: number): number => Math.floor(milliseconds / 1000)
