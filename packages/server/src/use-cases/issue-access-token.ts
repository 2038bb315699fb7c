import type { Deps } from '../deps.ts'
import type { App } from '../domain/app.ts'
import type { Session } from '../domain/session.ts'

/** An access token for the session, with the user's custom data as it is now. */
export const issueAccessToken = async (
  { data, tokens }: Pick<Deps, 'data' | 'tokens'>,
  app: App,
  session: Session,
): Promise<string> => {
  const customData = app.customUserData && (await data.readCustomClaim(app, session.userId))
  return tokens.issueAccess(app, session, customData)
}
