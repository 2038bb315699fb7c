/**
 * Answer of `location`. All four are required by one client or another.
 *
 * @see realm-core `app.cpp`, which fails without `ws_hostname`
 */
export type LocationWire = {
  readonly deployment_model: 'GLOBAL' | 'LOCAL'
  readonly location: string
  /** Origin, without a trailing slash, that all later requests go to. */
  readonly hostname: string
  readonly ws_hostname: string
}
