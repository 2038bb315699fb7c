import { z } from 'zod'
import { anObject, check, flag, inside, text } from '../read/check.ts'
import { isBlank, webAddress } from './addresses.ts'
import { demand, type Entry, type EntryReader, filled, known } from './entry.ts'

const clientIdExpected = 'the client id that the auth provider gave the app'
const secretExpected = 'the name of the secret that holds the client secret'

const address = (value: string | null | undefined): string | undefined =>
  !value || isBlank(value) ? undefined : value

const readClientId = (entry: Entry, given: string | null | undefined): string | undefined => {
  const value = filled(given)
  demand(entry, ['config', 'clientId'], { value, expected: clientIdExpected })
  return value
}

const demandSecret = (entry: Entry): void =>
  demand(entry, ['secret_config', 'clientSecret'], {
    value: entry.secretConfig.clientSecret,
    expected: secretExpected,
  })

const googleSchema = z.looseObject(
  { clientId: text.nullish(), openId: flag.nullish(), issuer: webAddress.nullish() },
  anObject,
)

/** `openId` alone checks id tokens against public keys, so it does without the client secret. */
export const google: EntryReader = {
  fields: [...Object.keys(googleSchema.shape), 'clientSecret'],
  read: entry => {
    const config = check(googleSchema, entry.config, inside(entry.place, 'config'))
    if (!config) return undefined
    if (!config.openId) demandSecret(entry)
    return {
      config: known({
        clientId: readClientId(entry, config.clientId),
        openId: config.openId ?? false,
        issuer: address(config.issuer),
      }),
    }
  },
}

const facebookSchema = z.looseObject({ clientId: text.nullish() }, anObject)

export const facebook: EntryReader = {
  fields: [...Object.keys(facebookSchema.shape), 'clientSecret'],
  read: entry => {
    const config = check(facebookSchema, entry.config, inside(entry.place, 'config'))
    if (!config) return undefined
    demandSecret(entry)
    return { config: known({ clientId: readClientId(entry, config.clientId) }) }
  },
}

const appleSchema = z.looseObject(
  {
    clientId: text.nullish(),
    teamId: text.nullish(),
    keyId: text.nullish(),
    issuer: webAddress.nullish(),
  },
  anObject,
)

/**
 * The client secret is given, or made of team id, key id and private key. With neither, id tokens are checked
 * all the same; log-ins by code and revoking need it.
 */
export const apple: EntryReader = {
  fields: [...Object.keys(appleSchema.shape), 'clientSecret', 'privateKey'],
  read: entry => {
    const config = check(appleSchema, entry.config, inside(entry.place, 'config'))
    if (!config) return undefined
    const teamId = filled(config.teamId)
    const keyId = filled(config.keyId)
    const { privateKey } = entry.secretConfig
    if (teamId !== undefined || keyId !== undefined || privateKey !== undefined) {
      const key = 'the name of the secret that holds the private key (the .p8 file)'
      demand(entry, ['config', 'teamId'], { value: teamId, expected: 'the team id at Apple' })
      demand(entry, ['config', 'keyId'], { value: keyId, expected: 'the id of the private key' })
      demand(entry, ['secret_config', 'privateKey'], { value: privateKey, expected: key })
    }
    const clientId = readClientId(entry, config.clientId)
    return { config: known({ clientId, teamId, keyId, issuer: address(config.issuer) }) }
  },
}

const scopesRule = { error: 'must be a list of texts, or one text with blanks between' }

const oidcSchema = z.looseObject(
  {
    issuer: webAddress.nullish(),
    clientId: text.nullish(),
    scopes: z.union([z.string(), z.array(z.string())], scopesRule).nullish(),
  },
  anObject,
)

export const oidc: EntryReader = {
  fields: [...Object.keys(oidcSchema.shape), 'clientSecret'],
  read: entry => {
    const config = check(oidcSchema, entry.config, inside(entry.place, 'config'))
    if (!config) return undefined
    const issuer = address(config.issuer)
    const expected = 'the issuer, as in https://login.example'
    demand(entry, ['config', 'issuer'], { value: issuer, expected })
    const scopes = [config.scopes ?? []]
      .flat()
      .flatMap(text => text.split(/[\s,]+/))
      .filter(Boolean)
    const clientId = readClientId(entry, config.clientId)
    return { config: known({ issuer, clientId, scopes: scopes.length > 0 ? scopes : undefined }) }
  },
}
