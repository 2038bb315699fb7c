/**
 * Body of every refusal. Each field is a string or absent: native clients read nothing at all from a body
 * with a `null` in one of them.
 *
 * @see realm-core `app_utils.cpp`
 */
export type ErrorWire = {
  readonly error: string
  readonly error_code?: string
  /** Names the request's log entry: `<base url>/groups/<project>/apps/<app>/logs?co_id=<request id>`. */
  readonly link: string
}
