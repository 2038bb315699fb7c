import { withoutTokens } from '../log.ts'
import type { ClientFacts, Entry } from './entry.ts'

const longestText = 1_024
const longestName = 256
const longestLine = 512
const mostLines = 25

const cut = (text: string, longest: number): string =>
  text.length > longest ? `${text.slice(0, longest - 1)}…` : text

const clean = (text: string | undefined, longest: number): string | undefined =>
  text === undefined ? undefined : cut(withoutTokens(text), longest)

const cleanClient = (client: ClientFacts | undefined): ClientFacts | undefined =>
  client && {
    platform: clean(client.platform, longestName),
    platformVersion: clean(client.platformVersion, longestName),
    sdk: clean(client.sdk, longestName),
    sdkVersion: clean(client.sdkVersion, longestName),
  }

/**
 * The entry with every text cut to size and freed of tokens. Of what the app's code printed the last 25 lines stay, as
 * the original kept them.
 *
 * @see https://www.mongodb.com/docs/atlas/app-services/logs/function/
 */
export const cleanEntry = (entry: Entry): Entry => ({
  ...entry,
  account: clean(entry.account, longestName),
  path: clean(entry.path, longestText),
  name: clean(entry.name, longestName),
  error: clean(entry.error, longestText),
  detail: clean(entry.detail, longestText),
  client: cleanClient(entry.client),
  messages: entry.messages?.slice(-mostLines).map(line => clean(line, longestLine) ?? ''),
})
