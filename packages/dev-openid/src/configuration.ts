import { type Context, interactionPolicy } from 'oidc-provider'
import { type Client, toMetadata } from './client.ts'
import type { SigningKey } from './keys.ts'
import { claimsByScope, findPerson, type Person } from './person.ts'

export type Setup = {
  readonly clients: readonly Client[]
  readonly people: ReadonlyMap<string, Person>
  /** The newest of each kind first: it signs. */
  readonly keys: readonly SigningKey[]
  readonly cookieKey: string
  readonly adapter: unknown
}

const hour = 60 * 60
const lifetimes = {
  AccessToken: hour,
  AuthorizationCode: 600,
  Grant: 24 * hour,
  IdToken: hour,
  Interaction: hour,
  RefreshToken: 24 * hour,
  Session: 24 * hour,
}

/** A person is picked at every log-in, whoever signed in before. */
const askEveryTime = () => {
  const policy = interactionPolicy.base()
  const check = new interactionPolicy.Check(
    'who',
    'Somebody is picked each time',
    ({ oidc }) => oidc.result?.login === undefined,
  )
  policy.get('login').checks.add(check)
  return policy
}

const grantAll = async ({ oidc }: Context) => {
  const { clientId } = oidc.client
  const grant = new oidc.provider.Grant({ clientId, accountId: oidc.session.accountId })
  grant.addOIDCScope('openid email profile offline_access')
  await grant.save()
  return grant
}

/** Signing in without a question about consent, every claim in the ID token too, as Google does. */
export const configure = ({ clients, people, keys, cookieKey, adapter }: Setup): object => ({
  adapter,
  jwks: { keys },
  clients: clients.map(toMetadata),
  claims: claimsByScope(people.values()),
  scopes: ['openid', 'email', 'profile', 'offline_access'],
  conformIdTokenClaims: false,
  ttl: lifetimes,
  cookies: {
    keys: [cookieKey],
    names: {
      session: 'dev_openid_session',
      interaction: 'dev_openid_interaction',
      resume: 'dev_openid_resume',
    },
  },
  features: {
    devInteractions: { enabled: false },
    revocation: { enabled: true, allowedPolicy: async () => true },
    rpInitiatedLogout: { enabled: false },
  },
  pkce: { required: () => false },
  issueRefreshToken: async (_: unknown, client: Context['oidc']['client']) =>
    client.grantTypeAllowed('refresh_token'),
  interactions: {
    policy: askEveryTime(),
    url: (_: unknown, interaction: { readonly uid: string }) => `/interaction/${interaction.uid}`,
  },
  loadExistingGrant: grantAll,
  findAccount: async (_: unknown, sub: string) => {
    const person = findPerson(people.values(), sub)
    return person && { accountId: sub, claims: async () => ({ ...person }) }
  },
  renderError: async (context: { body: unknown; type: string }, error: { error: string }) => {
    context.type = 'text'
    context.body = JSON.stringify(error)
  },
})
