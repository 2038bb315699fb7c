import { createPrivateKey, type KeyObject } from 'node:crypto'
import type { Deps } from '../../deps.ts'
import { signEs256 } from '../../security/es256.ts'
import { encodePart } from '../../security/jwt.ts'
import type { AppProvider } from './app-provider.ts'
import { findSecret, findSetting } from './settings.ts'
import { ProviderTrouble } from './trouble.ts'

const lifeSeconds = 5 * 60

const readKey = (pem: string): KeyObject => {
  try {
    const key = createPrivateKey(pem)
    if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return key
  } catch {
    // Told below: the reason of a key that cannot be read may hold parts of it.
  }
  throw new ProviderTrouble('the private key is no key of Apple (PEM, P-256)', {
    isUnavailable: true,
  })
}

/**
 * The secret to show Apple: made for five minutes of `config.teamId`, `config.keyId` and the key that
 * `secret_config.privateKey` names, else the finished one that `secret_config.clientSecret` names, which Apple lets
 * live for half a year. `undefined` when the app has neither.
 *
 * @throws ProviderTrouble when a key cannot be read
 * @see https://developer.apple.com/documentation/accountorganizationaldatasharing/creating-a-client-secret
 */
export const appleClientSecret = async (
  deps: Deps,
  place: AppProvider,
  clientId: string,
): Promise<string | undefined> => {
  const { entry } = place
  const teamId = findSetting(entry, 'teamId')
  const keyId = findSetting(entry, 'keyId')
  const pem = await findSecret(deps, place, 'privateKey')
  if (teamId === undefined || keyId === undefined || pem === undefined)
    return findSecret(deps, place, 'clientSecret')
  const issuedAt = Math.floor(deps.now() / 1000)
  const claims = {
    iss: teamId,
    iat: issuedAt,
    exp: issuedAt + lifeSeconds,
    aud: findSetting(entry, 'issuer') ?? deps.config.appleIssuer,
    sub: clientId,
  }
  const text = `${encodePart({ alg: 'ES256', kid: keyId })}.${encodePart(claims)}`
  return `${text}.${signEs256(readKey(pem), text).toString('base64url')}`
}
