/** A function of an app, as deployed: JavaScript that assigns one function to `exports`. */
export type AppFunction = {
  /** Path of the file below `functions/` without `.js`: `orders/total`. */
  readonly name: string
  readonly source: string
  /** True when clients cannot call it. */
  readonly private: boolean
  /** Rule expression that must hold for a client's call; `{}` always does. */
  readonly canEvaluate: unknown
  readonly disableArgLogs: boolean
  readonly runAsSystem: boolean
  readonly runAsUserId?: string
  /** Source of a function whose result is a user id, or `{ runAsSystem: true }`. */
  readonly runAsUserIdScriptSource?: string
}

/** `package.json` of the functions folder, and its lockfile if there is one, as texts. */
export type FunctionPackages = {
  readonly packageJson: string
  readonly lockfile?: string
}

/** A value that functions and rules read by name. */
export type AppValue = {
  readonly name: string
  /** Any JSON; with `fromSecret` the name of a secret. */
  readonly value: unknown
  readonly fromSecret: boolean
}

export type Environment = {
  /** `''`, `development`, `testing`, `qa` or `production`. */
  readonly tag: string
  readonly values: Readonly<Record<string, unknown>>
}
