import type { Document } from 'bson'
import { DocumentsError } from '../../../documents/error.ts'
import type { App } from '../../../domain/app.ts'
import type { User } from '../../../domain/user.ts'
import { AppError } from '../../../errors.ts'
import { readCollectionName, readDatabaseName } from '../../sources/names.ts'
import type { Sources } from '../../sources/sources.ts'
import type { Rules } from '../open-judge.ts'
import { explain } from './explain.ts'
import type { Explanation } from './explanation.ts'
import { readQuestion } from './question.ts'

/** An operation of which somebody wants to know what the rules say. */
export type ExplainCall = {
  /** Name of the data source. */
  readonly service: string
  readonly database: string
  readonly collection: string
  /** Whose rights count. */
  readonly user: User
  /** `find`, `updateOne` … */
  readonly operation: string
  /** Named as clients name them; BSON values. */
  readonly args: Document
}

type Parts = {
  readonly rules: Rules
  readonly sources: Pick<Sources, 'open'>
  /** Milliseconds since 1970. */
  readonly now: () => number
}

type ExplainRules = (app: App, call: ExplainCall) => Promise<Explanation>

export const openExplaining =
  ({ rules, sources, now }: Parts): ExplainRules =>
  async (app, call) => {
    const { service, user, operation, args } = call
    const source = app.dataSources.find(({ name }) => name === service)
    if (source === undefined) throw new AppError('serviceNotFound', { name: service })
    const question = readQuestion(operation, args)
    const database = readDatabaseName('database', call.database)
    const collection = readCollectionName('collection', call.collection)
    const namespace = { app, source, database, collection }
    const settled = await rules.settle(namespace, {
      kind: 'user',
      user,
      request: { action: operation, service },
    })
    const databases = await sources.open(app, source)
    try {
      const place = databases.collection(database, collection)
      return await explain({ rules: settled, collection: place, nowMs: now() }, question)
    } catch (error) {
      if (!(error instanceof DocumentsError)) throw error
      if (error.codeName === 'Unavailable') {
        throw new AppError('dataSourceUnavailable', { name: service }, { cause: error })
      }
      const message = databases.shown(error.message)
      throw new AppError('databaseError', { message }, { cause: error })
    }
  }
