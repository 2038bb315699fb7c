import type { Document } from 'bson'
import { DocumentsError, isUnavailable } from '../../documents/error.ts'
import type { App } from '../../domain/app.ts'
import { AppError } from '../../errors.ts'
import type { Log } from '../../log.ts'
import type { Data } from '../data.ts'
import type { Links } from '../links.ts'
import type { Sources } from '../sources/sources.ts'
import { fitClaim, mostClaimBytes } from './claim.ts'
import { findDocument, openPlaces } from './find.ts'
import { checkIndex } from './index-check.ts'
import { withinTime } from './patience.ts'

export type CustomUserDataOptions = {
  readonly sources: Sources
  readonly links: Links
  readonly log: Log
  /** How long a token waits for the data, in milliseconds. Default 2,000. */
  readonly patienceMs?: number
}

type CustomUserDataReads = Pick<Data, 'readCustomData' | 'readCustomClaim' | 'prepareCustomData'>

const isAway = (error: unknown): boolean => error instanceof AppError || isUnavailable(error)

const toRefusal = (error: unknown, name: string): unknown => {
  const isLate = error instanceof DocumentsError && error.codeName === 'MaxTimeMSExpired'
  if (!isLate && !isUnavailable(error)) return error
  return new AppError('dataSourceUnavailable', { name }, { cause: error })
}

/** An app whose data source does not answer: one log-in at a time tries whether it does again. */
type Trouble = { isTried: boolean }

export const openCustomUserData = ({
  sources,
  links,
  log,
  patienceMs = 2_000,
}: CustomUserDataOptions): CustomUserDataReads => {
  const places = openPlaces(sources)
  const troubles = new Map<string, Trouble>()
  const checked = new WeakSet<App>()

  const prepare: CustomUserDataReads['prepareCustomData'] = async app => {
    if (!app.customUserData || checked.has(app)) return
    checked.add(app)
    const about = { app: app.clientAppId, dataSource: app.customUserData.source }
    try {
      const place = await places(app)
      if (!place) return
      const { kind } = await links.resolve(app, place.source)
      await checkIndex(place, log, kind === 'own')
    } catch (error) {
      if (isAway(error)) checked.delete(app)
      log.warn('whether custom user data has an index could not be seen', { ...about, err: error })
    }
  }

  const read: CustomUserDataReads['readCustomData'] = async (app, userId) => {
    if (!app.customUserData) return undefined
    const place = await places(app)
    if (!place) return undefined
    try {
      return await findDocument(place, userId, { maxTimeMs: patienceMs })
    } catch (cause) {
      throw toRefusal(cause, place.source.name)
    }
  }

  const noteTrouble = (app: App, error: unknown): void => {
    const isNew = !troubles.has(app.id)
    troubles.set(app.id, { isTried: false })
    if (!isNew) return
    log.warn('custom user data cannot be read: tokens are given out without it', {
      app: app.clientAppId,
      dataSource: app.customUserData?.source,
      err: error,
    })
  }

  const readPatiently = async (app: App, userId: string) => {
    const trouble = troubles.get(app.id)
    if (trouble?.isTried) return undefined
    if (trouble) trouble.isTried = true
    try {
      const document = await withinTime(read(app, userId), patienceMs)
      if (troubles.delete(app.id)) {
        log.info('custom user data can be read again', { app: app.clientAppId })
      }
      if (!checked.has(app)) void prepare(app)
      return document
    } catch (error) {
      noteTrouble(app, error)
      return undefined
    }
  }

  const fit = (app: App, userId: string, document: Document) => {
    const fitted = fitClaim(document)
    if (fitted.fits) return fitted.claim
    log.warn('custom user data is too large for an access token, and is left out of it', {
      app: app.clientAppId,
      user: userId,
      bytes: fitted.bytes,
      most: mostClaimBytes,
    })
    return undefined
  }

  return {
    readCustomData: read,
    prepareCustomData: app => withinTime(prepare(app), patienceMs).catch(() => undefined),
    readCustomClaim: async (app, userId) => {
      if (!app.customUserData) return undefined
      const document = await readPatiently(app, userId)
      return document && fit(app, userId, document)
    },
  }
}
