/** An event that a trigger's function was given again and again, and never took. */
export type FailedEventWire = {
  readonly _id: string
  readonly trigger: string
  readonly operation_type: 'CREATE' | 'LOGIN' | 'DELETE'
  readonly user_id: string
  /** Seconds since 1970. */
  readonly time: number
  readonly failed_at: number
  readonly attempts: number
  /** What the last attempt ended with. */
  readonly error: string
}
