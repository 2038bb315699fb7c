import type { Database, Documents } from '../documents/documents.ts'
import { serverDatabase } from '../domain/mongodb-address.ts'
import { type ApiKeyStore, openApiKeyStore } from './api-keys.ts'
import { type AppStore, openAppStore } from './apps.ts'
import { type DeployConfigStore, openDeployConfigStore } from './deploy-configs.ts'
import { type DeploymentStore, openDeploymentStore } from './deployments.ts'
import { type DeviceStore, openDeviceStore } from './devices.ts'
import { type DraftStore, openDraftStore } from './drafts.ts'
import { type FileStore, openFileStore } from './files.ts'
import { type IdentityStore, openIdentityStore } from './identities.ts'
import { type KeyringStore, openKeyringStore } from './keys/keyring.ts'
import { openSealedStore, type SealedStore } from './keys/sealed.ts'
import { openSecretStore, type SecretStore } from './keys/secrets.ts'
import { openSigningKeyStore, type SigningKeyStore } from './keys/signing-keys.ts'
import { type LeaseStore, openLeaseStore } from './leases.ts'
import { type LeavingAppStore, openLeavingAppStore } from './leaving-apps.ts'
import { type LimitStore, openLimitStore } from './limits.ts'
import { type MailboxStore, openMailboxStore } from './mailbox.ts'
import { type BulkStore, openBulkStore } from './moving/bulk.ts'
import { type ImportedStore, openImportedStore } from './moving/imported.ts'
import { openWholeUserStore, type WholeUserStore } from './moving/whole-users.ts'
import { type OAuthStateStore, openOAuthStateStore } from './oauth-states.ts'
import { type AdminKeyStore, openAdminKeyStore } from './operators/admin-keys.ts'
import { type AdminSessionStore, openAdminSessionStore } from './operators/admin-sessions.ts'
import { type AdminStore, openAdminStore } from './operators/admins.ts'
import { type OutboxStore, openOutboxStore } from './outbox.ts'
import { openPasswordStore, type PasswordStore } from './passwords.ts'
import { openProviderTokenStore, type ProviderTokenStore } from './provider-tokens.ts'
import { openSessionStore, type SessionStore } from './sessions.ts'
import { openUserStore, type UserStore } from './users.ts'

/**
 * Everything the server keeps, one part per noun. Ids are 24 hex characters, times milliseconds since 1970.
 * A write is durable when its promise resolves. Methods throw `DocumentsError` only; an expected absence is
 * a value.
 */
export type Store = {
  readonly apps: AppStore
  readonly deployments: DeploymentStore
  readonly deployConfigs: DeployConfigStore
  readonly drafts: DraftStore
  readonly files: FileStore
  readonly leavingApps: LeavingAppStore
  readonly users: UserStore
  readonly identities: IdentityStore
  readonly passwords: PasswordStore
  readonly sessions: SessionStore
  readonly devices: DeviceStore
  readonly apiKeys: ApiKeyStore
  readonly signingKeys: SigningKeyStore
  readonly keyring: KeyringStore
  readonly sealed: SealedStore
  readonly secrets: SecretStore
  readonly limits: LimitStore
  readonly mailbox: MailboxStore
  readonly leases: LeaseStore
  readonly outbox: OutboxStore
  readonly oauthStates: OAuthStateStore
  readonly providerTokens: ProviderTokenStore
  readonly admins: AdminStore
  readonly adminKeys: AdminKeyStore
  readonly adminSessions: AdminSessionStore
  /** Many users at a time. */
  readonly moving: BulkStore & WholeUserStore
  readonly imported: ImportedStore
  /**
   * Makes two writes, so that whoever sees the second sees the first too. Where writes are made in the order in which
   * they are asked for (the embedded engine), both share a flush. The second may be made when the first fails.
   */
  inOrder<First, Second>(
    first: () => Promise<First>,
    second: () => Promise<Second>,
  ): Promise<[First, Second]>
}

const inOrderOf =
  ({ engine }: Documents): Store['inOrder'] =>
  async (first, second) =>
    engine === 'embedded' ? Promise.all([first(), second()]) : [await first(), await second()]

/** The database of the server's own data; no data source may reach it. */
export const systemDatabase = (documents: Documents): Database =>
  documents.database(documents.systemDatabase ?? serverDatabase)

/** Creates the indexes that are missing. Closing is the business of who opened `documents`. */
export const openStore = async (documents: Documents): Promise<Store> => {
  const database = systemDatabase(documents)
  const [
    apps,
    deployments,
    drafts,
    files,
    leavingApps,
    users,
    identities,
    passwords,
    sessions,
    devices,
    apiKeys,
    signingKeys,
    keyring,
    secrets,
    limits,
    mailbox,
    leases,
    outbox,
    oauthStates,
    providerTokens,
    admins,
    adminKeys,
    adminSessions,
  ] = await Promise.all([
    openAppStore(database),
    openDeploymentStore(database),
    openDraftStore(database),
    openFileStore(database),
    openLeavingAppStore(database),
    openUserStore(database),
    openIdentityStore(database),
    openPasswordStore(database),
    openSessionStore(database),
    openDeviceStore(database),
    openApiKeyStore(database),
    openSigningKeyStore(database),
    openKeyringStore(database),
    openSecretStore(database),
    openLimitStore(database),
    openMailboxStore(database),
    openLeaseStore(database),
    openOutboxStore(database),
    openOAuthStateStore(database),
    openProviderTokenStore(database),
    openAdminStore(database),
    openAdminKeyStore(database),
    openAdminSessionStore(database),
  ])
  return {
    apps,
    deployments,
    deployConfigs: openDeployConfigStore(database),
    drafts,
    files,
    leavingApps,
    users,
    identities,
    passwords,
    sessions,
    devices,
    apiKeys,
    signingKeys,
    keyring,
    sealed: openSealedStore(database),
    secrets,
    limits,
    mailbox,
    leases,
    outbox,
    oauthStates,
    providerTokens,
    admins,
    adminKeys,
    adminSessions,
    moving: { ...openBulkStore(database), ...openWholeUserStore(database) },
    imported: openImportedStore(database),
    inOrder: inOrderOf(documents),
  }
}
