import type { Document } from 'bson'
import type { App } from '../domain/app.ts'
import type { Actor } from './actor.ts'
import type { Held } from './room/holding.ts'
import type { Explanation } from './rules/explain/explanation.ts'
import type { ExplainCall } from './rules/explain/open-explaining.ts'
import type { ErasedApp } from './sources/erase-own.ts'
import type { Changes } from './watch/changes.ts'

/** One call of a service function. */
export type DataCall = {
  /** Name of the data source. */
  readonly service: string
  /** `find`, `insertOne` … */
  readonly action: string
  /** BSON values. Clients send one object with `database` and `collection` and named arguments. */
  readonly args: readonly unknown[]
  /** Whose way of writing arguments: named ones of clients, or those in order of functions. */
  readonly dialect: 'client' | 'function'
  /**
   * Told what the result takes up, by somebody who holds it longer than the call and has to say when it is gone. Default:
   * it is gone when the call has ended.
   */
  readonly onHeld?: (held: Held) => void
}

/** The data sources of all apps. */
export type Data = {
  /**
   * Does one operation as the actor, and gives its result as a BSON value with numbers as wide as they are stored.
   *
   * @throws `serviceNotFound`, `serviceCommandNotFound`, `ruleNotFound`, `writeRefused`, `schemaRefused`,
   * `operatorRefused`, `namespaceRefused`, `readSizeLimit`, `databaseError`, `dataSourceUnavailable`, `fieldInvalid`,
   * `overloaded` where there is no memory for the result
   */
  run(app: App, call: DataCall, actor: Actor): Promise<unknown>
  /** Resolves once the stream is open: a write that starts afterwards is seen. @throws as `run`, and `watchNotOffered` */
  watch(app: App, call: Omit<DataCall, 'action' | 'dialect'>, actor: Actor): Promise<Changes>
  /**
   * Says which rules count for an operation of a user, and why. Nothing is written.
   *
   * @throws `serviceNotFound`, `serviceCommandNotFound`, `ruleNotFound`, `fieldMissing`, `fieldInvalid`,
   * `namespaceRefused`, `databaseError`, `dataSourceUnavailable`
   */
  explainRules(app: App, asked: ExplainCall): Promise<Explanation>
  /**
   * The user's custom data as it is now; `undefined` when there is none, or custom user data is off.
   *
   * @throws `dataSourceUnavailable`, also when it takes too long
   */
  readCustomData(app: App, userId: string): Promise<Document | undefined>
  /**
   * The same for an access token, as plain JSON. Never fails: where the data cannot be read in time, or is too large for
   * a header, it is `undefined`, and the log says so.
   */
  readCustomClaim(app: App, userId: string): Promise<Readonly<Record<string, unknown>> | undefined>
  /**
   * Makes the index that custom user data is found by, or says in the log that a cluster has none. Never fails, and
   * waits two seconds at most.
   */
  prepareCustomData(app: App): Promise<void>
  /** Removes all documents of the app's own data sources, for an app that is no more. @throws `dataSourceUnavailable` */
  eraseOwn(app: ErasedApp): Promise<void>
  /** Frees files, threads and sockets of all data sources. May be called twice. */
  close(): Promise<void>
}
