import type { Documents } from '../documents/documents.ts'
import type { App } from '../domain/app.ts'
import type { User } from '../domain/user.ts'
import type { Functions } from '../functions/functions.ts'
import type { Log } from '../log.ts'
import type { AppSecrets } from '../security/app-secrets.ts'
import type { SecretBox } from '../security/secret-box.ts'
import { openCustomUserData } from './custom-user-data/custom-user-data.ts'
import type { Data } from './data.ts'
import { openOperations } from './operations/operations.ts'
import { openRooms } from './room/rooms.ts'
import { openExplaining } from './rules/explain/open-explaining.ts'
import type { Rules } from './rules/open-judge.ts'
import { eraseOwn } from './sources/erase-own.ts'
import { openSources, type SourcesOptions } from './sources/sources.ts'
import { openViews } from './view/open-view.ts'
import { openWatch } from './watch/watch.ts'

export type DataOptions = SourcesOptions & {
  /** Bytes of documents that results may hold together. Default 64 MiB. */
  readonly mostHeldBytes?: number
  /** The server's own store. Its owner closes it. */
  readonly documents: Documents
  readonly log: Log
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly appSecrets: Pick<AppSecrets, 'read'>
  /** Runs the functions that rules name. */
  readonly functions: Pick<Functions, 'run'>
  readonly rules: Rules
  /** Seals the tokens that readers of changes resume with. */
  readonly secrets: SecretBox
  /** The app as it is deployed now. */
  findApp(appId: string): Promise<App | undefined>
  /** The user as they are now; `undefined` when they are gone. */
  findUser(appId: string, userId: string): Promise<User | undefined>
}

const usualHeldBytes = 64 * 1024 * 1024

export const openData = (options: DataOptions): Data => {
  const { rules, now, mostHeldBytes = usualHeldBytes } = options
  const { judge } = rules
  const sources = openSources(options)
  const views = openViews(now)
  const { run } = openOperations({ sources, judge, views, hold: openRooms(mostHeldBytes), now })
  const watch = openWatch({ ...options, judge, sources })
  return {
    run,
    watch: watch.open,
    explainRules: openExplaining({ rules, sources, now }),
    eraseOwn: app => eraseOwn({ sources, links: options.links }, app),
    ...openCustomUserData({ ...options, sources }),
    close: async () => {
      await watch.close()
      await views.close()
      await sources.close()
    },
  }
}
