import { hash } from 'node:crypto'
import { randomHex } from '../../security/random.ts'

/** What ties a log-in by redirect to one browser: the state travels by the provider, the secret stays in a cookie. */
export type RedirectSecrets = { readonly state: string; readonly secret: string }

export const newRedirectSecrets = (): RedirectSecrets => ({
  state: randomHex(32),
  secret: randomHex(32),
})

/** True for what could be state and secret of ours. */
export const areRedirectSecrets = ({ state, secret }: RedirectSecrets): boolean =>
  /^[0-9a-f]{64}$/.test(state) && /^[0-9a-f]{64}$/.test(secret)

const sha256 = (text: string): string => hash('sha256', text, 'base64url')

/** What is kept: both have 256 random bits, so no slow hash is needed. */
export const keptOf = ({ state, secret }: RedirectSecrets): { id: string; browser: string } => ({
  id: sha256(state),
  browser: sha256(secret),
})

/**
 * Code verifier and nonce are made of both halves, so that they need not be kept, and only the browser that began
 * has what they are made of.
 */
export const proofsOf = ({
  state,
  secret,
}: RedirectSecrets): { nonce: string; codeVerifier: string; codeChallenge: string } => {
  const codeVerifier = sha256(`verifier:${state}:${secret}`)
  return {
    nonce: sha256(`nonce:${state}:${secret}`),
    codeVerifier,
    codeChallenge: sha256(codeVerifier),
  }
}
