import type { Deps } from '../deps.ts'
import type { BaseUrl } from './base-url.ts'

/** What the HTTP rooms share beside `Deps`. */
export type HttpContext = {
  readonly deps: Deps
  readonly baseUrl: BaseUrl
  /** 24 hex characters, made once per store. */
  readonly projectId: string
  /** True from the moment the server is told to stop. */
  readonly isStopping: () => boolean
}
