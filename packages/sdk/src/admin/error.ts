import type { ErrorWire } from '@regent/protocol'

/** What the Admin API refused, or why it could not be asked. */
export class AdminError extends Error {
  override readonly name = 'AdminError'
  /** HTTP status; `undefined` when no answer came. */
  readonly status: number | undefined
  /** The wire's `error_code`, if the answer had one. */
  readonly code: string | undefined
  /** Address of the log entry of the request, if the answer had one. */
  readonly link: string | undefined

  constructor(
    message: string,
    options: ErrorOptions & { status?: number; code?: string | undefined; link?: string } = {},
  ) {
    super(message, options)
    this.status = options.status
    this.code = options.code
    this.link = options.link
  }

  static async fromResponse(response: Response): Promise<AdminError> {
    const body = (await response.json().catch(() => ({}))) as Partial<ErrorWire>
    const { error = `status ${response.status}`, error_code, link } = body
    return new AdminError(error, {
      status: response.status,
      code: error_code,
      ...(link !== undefined && { link }),
    })
  }
}
