import type { ChangeStream, Collection } from '../../documents/documents.ts'
import type { App } from '../../domain/app.ts'
import { AppError } from '../../errors.ts'
import type { SecretBox } from '../../security/secret-box.ts'
import type { Actor } from '../actor.ts'
import type { Namespace } from '../namespace.ts'
import { checkQuery } from '../operations/offered/queries.ts'
import type { Databases } from '../sources/databases.ts'
import type { Sources } from '../sources/sources.ts'
import type { Changes } from './changes.ts'
import type { Hub } from './hub.ts'
import { toHubEvent } from './hub-event.ts'
import { openHubs } from './hubs.ts'
import { type Opening, openReaders, toldWatchError } from './readers.ts'
import { readWatchRequest, type WatchRequest } from './request.ts'
import { openStanding, type StandingOptions } from './standing.ts'
import { openTokens } from './token.ts'
import { compileWanted } from './wanted.ts'

export type WatchOptions = StandingOptions & {
  readonly sources: Pick<Sources, 'open'>
  readonly secrets: Pick<SecretBox, 'seal' | 'open'>
}

/** Readers of changes, on every collection of every app. */
export type Watch = {
  /** Resolves once the stream is open: a write that starts afterwards is seen. */
  open(
    app: App,
    call: { readonly service: string; readonly args: readonly unknown[] },
    actor: Actor,
  ): Promise<Changes>
  /** Ends all readers. May be called twice. */
  close(): Promise<void>
}

const streamOptions = {
  fullDocument: 'updateLookup',
  fullDocumentBeforeChange: 'whenAvailable',
} as const

const names = ({ database, collection }: WatchRequest) => ({ database, collection })

const findSource = (app: App, name: string): Namespace['source'] => {
  const source = app.dataSources.find(one => one.name === name)
  if (source === undefined) throw new AppError('serviceNotFound', { name })
  return source
}

const collectionOf = async (
  databases: Databases,
  { service, request }: { service: string; request: WatchRequest },
): Promise<Collection> => {
  const { database, collection } = request
  const found = databases.collection(database, collection)
  const { changeStreams } = await databases.offers()
  if (!changeStreams) throw new AppError('watchNotOffered', { name: service })
  return found
}

const lookEveryMs = 10
const looks = 500

/** A hub that has just begun may not know yet where it is in the log. */
const knowsPlace = async (hub: Hub): Promise<void> => {
  for (let look = 0; look < looks && hub.position() === undefined && !hub.isOver(); look += 1) {
    await new Promise(resolve => setTimeout(resolve, lookEveryMs))
  }
}

export const openWatch = (options: WatchOptions): Watch => {
  const { sources, secrets } = options
  const readers = openReaders(options)
  const hubs = openHubs()

  const prepare = async (
    app: App,
    { service, args }: { service: string; args: readonly unknown[] },
    actor: Actor,
  ): Promise<Opening> => {
    const request = readWatchRequest(args)
    const source = findSource(app, service)
    const databases = await sources.open(app, source)
    const namespace = { app, source, ...names(request) }
    try {
      const collection = await collectionOf(databases, { service, request })
      if (request.filter && actor.kind === 'user') checkQuery(request.filter, 'filter')
      const { seal, open } = openTokens(secrets, namespace)
      return {
        namespace,
        actor,
        databases,
        request,
        collection,
        openToken: open,
        wanted: compileWanted(request),
        toEvent: raw => toHubEvent(raw, { ...names(request), seal }),
      }
    } catch (error) {
      throw toldWatchError(error, { namespace, databases })
    }
  }

  const openResumed = async ({ request, collection, openToken }: Opening) => {
    if (request.resumeAfter === undefined) return undefined
    const resumeAfter = openToken(request.resumeAfter)
    return collection.watch({ ...streamOptions, resumeAfter })
  }

  const start = async (opening: Opening): Promise<Changes> => {
    const { namespace, collection, toEvent } = opening
    const standing = await openStanding(options, opening)
    const resumed = await openResumed(opening)
    try {
      const open = (): Promise<ChangeStream> => collection.watch(streamOptions)
      const hub = await hubs.of(namespace, { open, toEvent })
      if (resumed) await knowsPlace(hub)
      const begins = resumed === undefined ? hub.token() : undefined
      const changes = readers.join(hub, { opening, standing, resumed })
      if (begins === undefined) return changes
      return { ...changes, position: openTokens(secrets, namespace).seal(begins) }
    } catch (error) {
      await resumed?.close().catch(() => undefined)
      throw error
    }
  }

  return {
    open: async (app, call, actor) => {
      const opening = await prepare(app, call, actor)
      try {
        return await start(opening)
      } catch (error) {
        throw toldWatchError(error, opening)
      }
    },
    close: async () => {
      readers.close()
      await hubs.close()
    },
  }
}
