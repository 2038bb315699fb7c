import type { IncomingMessage } from 'node:http'
import type { RunningConfig } from '../config.ts'

/** Where clients reach this server. */
export type BaseUrl = {
  /** As configured, else the origin the request itself was sent to. */
  of(request: IncomingMessage): string
}

const hostPattern = /^(?:[\w.-]{1,253}|\[[0-9a-fA-F:.]{2,45}\])(?::\d{1,5})?$/

/**
 * A configured public URL always holds. Without one (development) a client is answered in its own words, so
 * that `localhost`, an emulator's address and `127.0.0.1` all work. Mails never use what a request says.
 */
export const openBaseUrl = (
  configured: string | undefined,
  { publicUrl }: RunningConfig,
): BaseUrl => ({
  of: ({ headers: { host } }) => {
    if (configured !== undefined) return configured
    return host !== undefined && hostPattern.test(host) ? `http://${host}` : publicUrl
  },
})
