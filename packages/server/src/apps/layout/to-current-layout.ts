import type { AppFiles } from '../definition/definition.ts'
import type { AppDirectory } from '../directory.ts'
import type { RootFile } from '../read/root-file.ts'
import { nameSecrets } from './name-secrets.ts'

export type Read = {
  readonly root: RootFile
  readonly directory: Pick<AppDirectory, 'providers' | 'dataSources'>
}

/** Files as they are kept: of the layout since 2021, and with names of secrets where values stood. */
export const toCurrentLayout = (files: AppFiles, read: Read): AppFiles => nameSecrets(files, read)
