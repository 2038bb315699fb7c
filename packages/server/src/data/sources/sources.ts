import type { Documents } from '../../documents/documents.ts'
import { isUnavailable } from '../../documents/error.ts'
import type { App } from '../../domain/app.ts'
import type { DataSource } from '../../domain/data-source.ts'
import type { ResolvedLink } from '../../domain/source-link.ts'
import { AppError } from '../../errors.ts'
import type { Links } from '../links.ts'
import { type Databases, openDatabases } from './databases.ts'
import { openLinkedClusters } from './linked-clusters.ts'
import { linkedNaming, plainNaming, prefixedNaming } from './naming.ts'
import { type OpenFile, openOwnFiles } from './own-files.ts'

/** The databases of data sources. No name that an app uses reaches another app's, or the server's own. */
export type Sources = {
  /** @throws `dataSourceUnavailable` */
  open(app: App, source: DataSource): Promise<Databases>
  /** Waits for writes under way. May be called twice. */
  close(): Promise<void>
}

export type SourcesOptions = {
  /** The data folder. */
  readonly folder: string
  /** The server's own store, which keeps own data sources too when it is a cluster. Its owner closes it. */
  readonly documents: Documents
  readonly links: Links
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Opens the file of an own data source. Default: the embedded engine with its change log. */
  readonly openFile?: OpenFile
}

type Opened = { readonly databases: Databases; readonly readAt: number; readonly isFixed: boolean }

/** A changed secret is seen after so long. */
const freshMs = 2_000

export const openSources = (options: SourcesOptions): Sources => {
  const { folder, documents, links, now, openFile } = options
  const files = openOwnFiles(folder, openFile)
  const clusters = openLinkedClusters()
  const opened = new WeakMap<DataSource, Opened>()

  const openLink = async (app: App, name: string, link: ResolvedLink): Promise<Databases> => {
    const { clientAppId } = app
    if (link.kind === 'address') {
      return openDatabases(await clusters.open(`${app.id}/${name}`, link.address), linkedNaming)
    }
    return documents.engine === 'mongodb'
      ? openDatabases(
          documents,
          prefixedNaming({ server: documents.systemDatabase, clientAppId, source: name }),
        )
      : openDatabases(await files.open(clientAppId, name), plainNaming)
  }

  const open = async (app: App, source: DataSource): Promise<Databases> => {
    const { name } = source
    const readAt = now()
    try {
      const databases = await openLink(app, name, await links.resolve(app, source))
      opened.set(source, { databases, readAt, isFixed: source.link.kind !== 'secret' })
      return databases
    } catch (cause) {
      if (cause instanceof AppError) throw cause
      if (!isUnavailable(cause) && !(cause instanceof TypeError)) throw cause
      throw new AppError('dataSourceUnavailable', { name }, { cause })
    }
  }

  return {
    open: async (app, source) => {
      const known = opened.get(source)
      const isFresh = known?.isFixed || Math.abs(now() - (known?.readAt ?? 0)) < freshMs
      return known !== undefined && isFresh ? known.databases : open(app, source)
    },
    close: async () => {
      await Promise.all([files.close(), clusters.close()])
    },
  }
}
