import { createHmac } from 'node:crypto'

const secret = 'a secret that two systems of one company share'
const anHour = 3_600

/** The provider that trusts the tokens below, and the secret it names. */
export const customToken = {
  type: 'custom-token',
  config: { audience: '', requireAnyAudience: false, signingAlgorithm: 'HS256', useJWKURI: false },
  secretConfig: { signingKeys: ['companyKey'] },
} as const

export const customTokenSecrets = { companyKey: secret } as const

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A token of the company's other system. */
export const signToken = (claims: { readonly sub: string }): string => {
  const now = Math.floor(Date.now() / 1_000)
  const all = { aud: 'company', iat: now, exp: now + anHour, ...claims }
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(all)}`
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}
