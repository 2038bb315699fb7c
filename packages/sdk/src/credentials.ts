import { readObject, readString } from './arguments.ts'

/** Names of auth providers, as the server knows them. */
export const ProviderType = {
  AnonUser: 'anon-user',
  ApiKey: 'api-key',
  LocalUserPass: 'local-userpass',
  CustomFunction: 'custom-function',
  CustomToken: 'custom-token',
  OAuth2Google: 'oauth2-google',
  OAuth2Facebook: 'oauth2-facebook',
  OAuth2Apple: 'oauth2-apple',
  /** Ours: any OpenID provider. */
  OAuth2Oidc: 'oauth2-oidc',
} as const

export type ProviderType = (typeof ProviderType)[keyof typeof ProviderType]

export const isProviderType = (name: string): name is ProviderType =>
  (Object.values(ProviderType) as string[]).includes(name)

/** realm-web takes the address of a redirect in the place of a token. */
const refuseRedirect = (value: unknown): void => {
  if (typeof value !== 'string' || !value.includes('://')) return
  throw new TypeError(
    `Logging in by a redirect ('${value}') needs a browser: get a token or a code from the provider and pass that`,
  )
}

const readToken = (value: unknown): string => {
  refuseRedirect(value)
  return readString(value, 'token')
}

/** What the provider was asked with, where it has to be told again. Ours. */
export type OpenIdRequest = {
  /** The address that the code came back to. */
  readonly redirectUri?: string
  /** The PKCE secret behind the code's `code_challenge`. */
  readonly codeVerifier?: string
  /** The identity token carries it. */
  readonly nonce?: string
}

type Given = OpenIdRequest & { readonly authCode?: string; readonly idToken?: string }

const wireNames = {
  authCode: 'authCode',
  idToken: 'id_token',
  redirectUri: 'redirectUri',
  codeVerifier: 'codeVerifier',
  nonce: 'nonce',
} as const

/** The payload of an OpenID provider, with a code, an identity token or both. */
const readGiven = (value: unknown): Readonly<Record<string, string>> => {
  refuseRedirect(value)
  const given = readObject(value, 'authObject')
  refuseRedirect(given.redirectUrl)
  if (given.authCode === undefined && given.idToken === undefined) {
    throw new TypeError('Must supply either an authCode or idToken field')
  }
  const entries = Object.entries(wireNames).filter(([name]) => given[name] !== undefined)
  return Object.fromEntries(
    entries.map(([name, wireName]) => [wireName, readString(given[name], name)]),
  )
}

const readEither = (value: unknown): Readonly<Record<string, string>> => {
  const payload = readGiven(value)
  if (payload.authCode === undefined || payload.id_token === undefined) return payload
  throw new TypeError('Must not supply both an authCode or idToken field')
}

/** What credentials hold: the provider, what is sent to it, and whether an anonymous user is used again. */
type Content = {
  readonly provider: ProviderType
  readonly payload: Readonly<Record<string, unknown>>
  readonly reuse: boolean
}

const contents = new WeakMap<Credentials, Content>()

/** @internal */
export const readCredentials = (credentials: Credentials): Content => {
  const content = contents.get(credentials)
  if (content) return content
  throw new TypeError("Expected 'credentials' to be an instance of Credentials")
}

/**
 * Proof of who somebody is, for `app.logIn` and `user.linkCredentials`. What it holds is not among its
 * properties, so that printing it shows no password.
 *
 * @see realm-js `Credentials`: names and arguments are the same
 */
export class Credentials {
  private constructor(
    provider: ProviderType,
    payload: Readonly<Record<string, unknown>>,
    reuse = false,
  ) {
    contents.set(this, { provider, payload, reuse })
  }

  /** @param reuse take the anonymous user that is logged in already, if there is one, without a request */
  static anonymous(reuse = true): Credentials {
    return new Credentials(ProviderType.AnonUser, {}, reuse)
  }

  /** @throws TypeError when one of the two is no string */
  static emailPassword(credentials: { email: string; password: string }): Credentials
  static emailPassword(email: string, password: string): Credentials
  static emailPassword(
    first: { email: string; password: string } | string,
    second?: string,
  ): Credentials {
    const { email, password } =
      typeof first === 'object' && first !== null ? first : { email: first, password: second }
    return new Credentials(ProviderType.LocalUserPass, {
      username: readString(email, 'email'),
      password: readString(password, 'password'),
    })
  }

  static apiKey(key: string): Credentials {
    return new Credentials(ProviderType.ApiKey, { key: readString(key, 'key') })
  }

  /** @param token signed by another system that the app's `custom-token` provider trusts */
  static jwt(token: string): Credentials {
    return new Credentials(ProviderType.CustomToken, { token: readString(token, 'token') })
  }

  /** @param payload any BSON values; reaches the app's authentication function */
  static function(payload: object): Credentials {
    return new Credentials(ProviderType.CustomFunction, readObject(payload, 'payload'))
  }

  /**
   * @param token an access token from Facebook
   * @throws TypeError for the address of a redirect
   */
  static facebook(token: string): Credentials {
    const accessToken = readToken(token)
    return new Credentials(ProviderType.OAuth2Facebook, { accessToken })
  }

  /** @throws TypeError for anything but one of the two, the address of a redirect included */
  static google(
    authObject: ({ authCode: string } | { idToken: string }) & OpenIdRequest,
  ): Credentials
  static google(authObject: Given): Credentials {
    return new Credentials(ProviderType.OAuth2Google, readEither(authObject))
  }

  /**
   * @param token an identity token from Apple. Ours: an object with it or with a code, or with both; with a code
   * the server can revoke Apple's tokens when the account is deleted
   * @throws TypeError for the address of a redirect
   */
  static apple(
    token: string | (({ authCode: string } | { idToken: string }) & OpenIdRequest),
  ): Credentials
  static apple(token: string | Given): Credentials {
    const isObject = typeof token === 'object' && token !== null
    const payload = isObject ? readGiven(token) : { id_token: readToken(token) }
    return new Credentials(ProviderType.OAuth2Apple, payload)
  }

  /**
   * Credentials for the app's `oauth2-oidc` provider: any OpenID provider. Ours.
   *
   * @throws TypeError for anything but one of the two
   */
  static openId(
    authObject: ({ authCode: string } | { idToken: string }) & OpenIdRequest,
  ): Credentials
  static openId(authObject: Given): Credentials {
    return new Credentials(ProviderType.OAuth2Oidc, readEither(authObject))
  }
}
