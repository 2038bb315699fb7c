import type { AppFiles } from '../definition/definition.ts'
import { nameSecrets } from './name-secrets.ts'
import { type ReadDirectory, upgradeLayout } from './upgrade-layout.ts'

/** Files as they are kept: of the layout since 2021, and with names of secrets where values stood. */
export const toCurrentLayout = (files: AppFiles, read: ReadDirectory): AppFiles =>
  nameSecrets(read.root.layout === 'legacy' ? upgradeLayout(files, read) : files, read)
