export type { DeployOptions, DeployResult } from './apps/deploy.ts'
export { type AppDirectory, DirectoryError, describeProblem } from './apps/directory.ts'
export { checkMigration, type MigrationReport } from './apps/migration/check-migration.ts'
export { readSecretsText } from './apps/read/secrets-file.ts'
export { collectDirectory, readAppDirectory } from './apps/read-directory.ts'
export { ArchiveError } from './backup/archive.ts'
export { backUp, type WrittenBackup, writeBackup } from './backup/back-up.ts'
export type { BackupFacts } from './backup/facts.ts'
export { PlaceTakenError, restore } from './backup/restore.ts'
export { unpack } from './backup/unpack.ts'
export { StoreRefusedError } from './backup/upgrade-store.ts'
export {
  type Config,
  type ReadConfigOptions,
  readConfig,
  settings,
  unknownSettings,
} from './config.ts'
export {
  type Examination,
  examineStore,
  isNeeded,
  type Progress,
} from './doctor/examine.ts'
export type { CaseResult } from './doctor/run-cases.ts'
export { isUnavailable } from './documents/error.ts'
export { FolderTakenError } from './documents/ownership.ts'
export type { App } from './domain/app.ts'
export { shownAddress } from './domain/mongodb-address.ts'
export { linkVariable } from './domain/source-link.ts'
export { AppError } from './errors.ts'
export { readServerFile, type ServerFile } from './jobs/server-file.ts'
export { type OfflineOperators, openOfflineOperators } from './offline-operators.ts'
export { type GivenSecrets, giveSecrets } from './security/given-secrets.ts'
export { type RunningServer, type ServerOptions, startServer } from './server.ts'
export { type Primary, startPrimary } from './workers/primary.ts'
export { joinPrimary } from './workers/worker.ts'
