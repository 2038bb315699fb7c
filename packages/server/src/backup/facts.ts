/** What a backup says of itself, in its first file. */
export type BackupFacts = {
  /** Of the backup. */
  readonly format: 1
  readonly engine: 'embedded' | 'mongodb'
  /** Of what the store keeps. */
  readonly storeVersion: number
  /** ISO 8601. */
  readonly createdAt: string
  /** Database of the server; MongoDB only. */
  readonly database?: string
}

export const factsName = 'backup.json'
/** The last file: the SHA-256 of every other, by name. A backup without it is cut off. */
export const checksumsName = 'checksums.json'
export const filesFolder = 'files/'
export const databasesFolder = 'databases/'

/** Raised when an older server could not read backups any more. */
export const backupFormat = 1
