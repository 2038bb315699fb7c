/** Milliseconds since 1970 on this machine's clock. The one place where the engine asks for the time of day. */
export const wallClock = (): number => Date.now()
