import type { Deps } from '../deps.ts'
import type { App } from '../domain/app.ts'
import type { Session } from '../domain/session.ts'
import type { User } from '../domain/user.ts'
import { claimIdentity } from './claim-identity.ts'
import { issueAccessToken } from './issue-access-token.ts'
import { type LinkTo, linkIdentity } from './link-identity.ts'
import { type Credentials, proveIdentity } from './prove-identity.ts'
import { toLinkRefusal } from './refuse-link.ts'
import { startSession } from './start-session.ts'

/** Who logged in, and what the client keeps of it. */
export type LoggedIn = {
  readonly user: User
  readonly session: Session
  /** True when the user was made for this log-in. */
  readonly isNewUser: boolean
  readonly accessToken: string
  readonly refreshToken: string
}

const link = (
  deps: Deps,
  app: App,
  credentials: Parameters<typeof linkIdentity>[2],
): ReturnType<typeof linkIdentity> =>
  linkIdentity(deps, app, credentials).catch(error => {
    throw toLinkRefusal(error)
  })

const begin = async (
  deps: Deps,
  app: App,
  credentials: Credentials,
): Promise<{ user: User; session: Session; isNew: boolean }> => {
  const proof = await proveIdentity(deps, app, credentials)
  const found = await claimIdentity(deps, app, proof)
  const session = await startSession(deps, app, { ...found, proof, device: credentials.device })
  await proof.afterLogIn?.(found.user.id)
  return { ...found, session }
}

/**
 * Logs in with any provider: credentials → identity → user → session → tokens. The first log-in of an identity
 * makes its user. With `link`, the identity is added to that user instead, whose id and session stay.
 *
 * @throws `providerNotFound`, `userDisabled`, `tooManyRequests`, what the provider refuses, and for links what
 * `linkIdentity` does, in the words of `toLinkRefusal`
 */
export const logIn = async (
  deps: Deps,
  app: App,
  login: Credentials & { readonly link?: LinkTo | undefined },
): Promise<LoggedIn> => {
  const { link: linkTo, ...credentials } = login
  const { user, session, isNew } = linkTo
    ? { ...(await link(deps, app, { ...credentials, link: linkTo })), isNew: false }
    : await begin(deps, app, credentials)
  const [accessToken, refreshToken] = await Promise.all([
    issueAccessToken(deps, app, session),
    deps.tokens.issueRefresh(app, session),
  ])
  return { user, session, isNewUser: isNew, accessToken, refreshToken }
}
