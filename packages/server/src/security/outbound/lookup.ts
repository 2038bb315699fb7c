import { type LookupAddress, lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { refusedAddress } from '../outbound-error.ts'

/** Finds the addresses of a name, all of them. */
export type Resolve = (
  hostname: string,
  answer: (error: Error | null, addresses: readonly LookupAddress[]) => void,
) => void

export const systemResolve: Resolve = (hostname, answer) => {
  lookup(hostname, { all: true }, (error, addresses) => answer(error, addresses ?? []))
}

/**
 * Gives a connection only addresses that may be asked. It is asked once for each connection, which goes to what
 * was checked: a name whose answer changes between two questions gains nothing.
 */
export const checkedLookup =
  (resolve: Resolve, mayAsk: (address: string) => boolean): LookupFunction =>
  (hostname, options, callback) => {
    resolve(hostname, (error, addresses) => {
      const allowed = addresses.filter(({ address }) => mayAsk(address))
      const [first] = allowed
      if (error) callback(error, '')
      else if (!first) callback(refusedAddress(hostname), '')
      else if (options.all) callback(null, allowed)
      else callback(null, first.address, first.family)
    })
  }
