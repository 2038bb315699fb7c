import type { App } from '../domain/app.ts'
import type { DataSource } from '../domain/data-source.ts'

/** One collection of one data source of one app. */
export type Namespace = {
  readonly app: App
  readonly source: DataSource
  readonly database: string
  readonly collection: string
}
