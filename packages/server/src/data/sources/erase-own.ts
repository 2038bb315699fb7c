import type { App } from '../../domain/app.ts'
import { AppError } from '../../errors.ts'
import type { Links } from '../links.ts'
import type { Sources } from './sources.ts'

/** What is to be known of an app whose documents go. */
export type ErasedApp = Pick<App, 'id' | 'clientAppId' | 'dataSources'>

/** Removes the documents of the app's own data sources. What is kept at an address stays as it is. */
export const eraseOwn = async (
  { sources, links }: { readonly sources: Sources; readonly links: Links },
  erased: ErasedApp,
): Promise<void> => {
  const app = erased as App
  for (const source of app.dataSources) {
    const link = await links.resolve(app, source).catch((error: unknown) => {
      if (!(error instanceof AppError)) throw error
    })
    if (link?.kind !== 'own') continue
    const databases = await sources.open(app, source)
    for (const database of await databases.listDatabases()) {
      for (const collection of await databases.listCollections(database)) {
        await databases.collection(database, collection).drop()
      }
    }
  }
}
