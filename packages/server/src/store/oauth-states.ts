import type { ProviderType } from '@regent/protocol'
import type { Document } from 'bson'
import type { Database } from '../documents/documents.ts'
import type { DeviceInfo } from '../domain/device.ts'
import { fromDate, fromObjectId, toDate, toObjectId } from './object-id.ts'

/** One log-in by redirect under way. Nothing in it lets anybody finish it. */
export type OAuthState = {
  /** SHA-256 of the state that the provider was sent. */
  readonly id: string
  /** SHA-256 of the secret in the browser's cookie. */
  readonly browser: string
  readonly appId: string
  readonly providerType: ProviderType
  /** The client's own state, which it gets back. */
  readonly clientState: string
  /** Where the browser goes in the end, as the app lists it. */
  readonly redirect: string
  /** Where the provider was told to send the browser. */
  readonly callbackUrl: string
  readonly device?: DeviceInfo | undefined
  /** The user and session to link to. */
  readonly link?: { readonly userId: string; readonly sessionId: string } | undefined
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

export type OAuthStateStore = {
  insert(state: OAuthState): Promise<void>
  /**
   * Takes the state out, if it is of that browser and has not expired. Works once: of two callers one gets it,
   * the other `undefined`.
   */
  consume(proof: {
    readonly id: string
    readonly browser: string
    readonly now: number
  }): Promise<OAuthState | undefined>
}

const toState = ({ _id, appId, link, expiresAt, ...rest }: Document): OAuthState =>
  ({
    ...rest,
    id: _id,
    appId: fromObjectId(appId),
    expiresAt: fromDate(expiresAt),
    ...(link && {
      link: { userId: fromObjectId(link.userId), sessionId: fromObjectId(link.sessionId) },
    }),
  }) as unknown as OAuthState

export const openOAuthStateStore = async (database: Database): Promise<OAuthStateStore> => {
  const states = database.collection('oauthStates')
  await states.createIndex({ expiresAt: 1 }, { expireAfterSeconds: 0 })

  return {
    insert: async ({ id, appId, device, link, expiresAt, ...rest }) => {
      await states.insertOne({
        ...rest,
        _id: id,
        appId: toObjectId(appId),
        expiresAt: toDate(expiresAt),
        ...(device && { device }),
        ...(link && {
          link: { userId: toObjectId(link.userId), sessionId: toObjectId(link.sessionId) },
        }),
      })
    },
    consume: async ({ id, browser, now }) => {
      const found = await states.findOneAndDelete({
        _id: id,
        browser,
        expiresAt: { $gt: toDate(now) },
      })
      return found && toState(found)
    },
  }
}
