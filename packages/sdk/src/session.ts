/** Both tokens of one login. The refresh token names the login: it never changes while the login lasts. */
export type Tokens = { readonly accessToken: string; readonly refreshToken: string }

/** The life of a login, seen from this process. */
export type SessionState =
  | { readonly status: 'active'; readonly tokens: Tokens }
  | {
      readonly status: 'refreshing'
      readonly tokens: Tokens
      /** Settles when the refresh is over; whoever needs a newer access token waits for it. */
      readonly pending: Promise<void>
    }
  | { readonly status: 'logged-out' }
  | { readonly status: 'removed' }

export type SessionEvent =
  | { readonly type: 'logged-in'; readonly tokens: Tokens }
  | { readonly type: 'linked'; readonly login: string; readonly accessToken: string }
  | { readonly type: 'refresh-started'; readonly pending: Promise<void> }
  | {
      readonly type: 'refreshed'
      readonly pending: Promise<void>
      readonly accessToken: string
    }
  | { readonly type: 'refresh-failed'; readonly pending: Promise<void> }
  | { readonly type: 'logged-out' }
  | { readonly type: 'removed' }

/** The tokens of a login, while there is one. */
export const tokensOf = (state: SessionState): Tokens | undefined =>
  'tokens' in state ? state.tokens : undefined

const withAccessToken = (tokens: Tokens, accessToken: string): Tokens => ({
  accessToken,
  refreshToken: tokens.refreshToken,
})

/**
 * Pure. An event that makes no sense in a state leaves it as it was: the end of a refresh counts only for
 * the refresh that is under way, so that one that ends after a log-out or a new login changes nothing.
 */
export const nextSession = (state: SessionState, event: SessionEvent): SessionState => {
  if (state.status === 'removed') return state
  switch (event.type) {
    case 'logged-in':
      return { status: 'active', tokens: event.tokens }
    case 'logged-out':
      return state.status === 'logged-out' ? state : { status: 'logged-out' }
    case 'removed':
      return { status: 'removed' }
    case 'linked':
      return tokensOf(state)?.refreshToken === event.login && 'tokens' in state
        ? { ...state, tokens: withAccessToken(state.tokens, event.accessToken) }
        : state
    case 'refresh-started':
      return state.status === 'active'
        ? { status: 'refreshing', tokens: state.tokens, pending: event.pending }
        : state
    case 'refreshed':
      return state.status === 'refreshing' && state.pending === event.pending
        ? { status: 'active', tokens: withAccessToken(state.tokens, event.accessToken) }
        : state
    case 'refresh-failed':
      return state.status === 'refreshing' && state.pending === event.pending
        ? { status: 'active', tokens: state.tokens }
        : state
  }
}
