import type { User } from '../domain/user.ts'

/** What a function sees as `context.request`. */
export type FunctionRequest = {
  /** For the log; functions do not see it. */
  readonly requestId?: string
  readonly remoteIPAddress?: string | undefined
  /** Values are lists, names in lower case. */
  readonly requestHeaders?: Readonly<Record<string, readonly string[]>>
  readonly httpMethod?: string
  readonly httpUserAgent?: string
  readonly httpReferrer?: string
  readonly rawQueryString?: string
  readonly service?: string
  readonly action?: string
}

export type FunctionCall = {
  readonly name: string
  /** BSON values. */
  readonly args: readonly unknown[]
  /** Who calls: `context.user`. `undefined` is the system, as for triggers. */
  readonly caller: User | undefined
  /** The caller's custom user data: `context.user.custom_data`. Default `{}`. */
  readonly customData?: Readonly<Record<string, unknown>> | undefined
  readonly request?: FunctionRequest | undefined
  /** For the log. */
  readonly requestId?: string | undefined
  /** The trigger that calls. */
  readonly trigger?: string | undefined
  /** True for a call that a rule makes, of which there may be one for each document: noted only when it fails. */
  readonly isOfRule?: boolean | undefined
  /** True when the app was made for this call: its threads go with it, and what runs of the app stays. */
  readonly isOnce?: boolean | undefined
  /** Called once at the end, with the lines that the function printed; not when it printed none. */
  readonly onPrinted?: (lines: readonly string[]) => void
}

/** Why a call gave no result. */
export type FunctionProblem =
  /** There is no function of that name. */
  | 'unknown'
  /** It threw, or its source does not compile: the message is the thrown one. */
  | 'threw'
  /** It took longer than it may, and was ended. */
  | 'timeout'
  /** It took more memory than it may, ended the process, or crashed it. */
  | 'crashed'
  /** Its result is nothing that extended JSON can say. */
  | 'result'
  /** Too many calls wait already. */
  | 'overloaded'

/** A call that gave no result. The message is fit for the app's clients: no path of this machine in it. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError'
  readonly problem: FunctionProblem

  constructor(problem: FunctionProblem, message: string, options?: ErrorOptions) {
    super(message, options)
    this.problem = problem
  }
}
