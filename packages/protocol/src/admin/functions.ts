import { z } from 'zod'
import { flagOrNothing, itemId, modified, ruleExpression, textOrNothing } from './item.ts'

/** A function; its name is the path of its file below `functions/`, without `.js`. */
export const functionBody = z.object({
  name: z.string(),
  source: z.string(),
  private: flagOrNothing,
  can_evaluate: ruleExpression.nullish(),
  disable_arg_logs: flagOrNothing,
  run_as_system: flagOrNothing,
  run_as_user_id: textOrNothing,
  run_as_user_id_script_source: textOrNothing,
})

export const listedFunctionWire = z.object({
  _id: itemId,
  name: z.string(),
  last_modified: modified,
})

export const functionWire = functionBody.extend({ _id: itemId, last_modified: modified })

export type FunctionBody = Readonly<z.infer<typeof functionBody>>
export type ListedFunctionWire = Readonly<z.infer<typeof listedFunctionWire>>
export type FunctionWire = Readonly<z.infer<typeof functionWire>>

/** As whom a function runs: exactly one of the two. */
export const runFunctionQuery = z.object({
  user_id: z.string().optional(),
  run_as_system: z.string().optional(),
})

/** Body of `debug/execute_function`; the arguments are extended JSON. */
export const runFunctionBody = z.object({
  name: z.string().min(1).max(256),
  arguments: z.array(z.unknown()).nullish(),
  service: textOrNothing.describe('Data source, when `name` is one of its operations.'),
})

/** Body of `debug/execute_function_source`. */
export const runSourceBody = z.object({
  source: z.string().min(1).describe('Assigns a function to `exports`.'),
  eval_source: textOrNothing.describe('Code that calls it; default `exports()`.'),
})

/** What became of a function that the operator ran. */
export const runFunctionWire = z.object({
  result: z.unknown().describe('Extended JSON as clients get it; `null` when the function failed.'),
  logs: z
    .array(z.string())
    .readonly()
    .nullable()
    .describe('Lines that the function printed, the last 25; `null` when it printed none.'),
  error: z
    .string()
    .optional()
    .describe('What it threw, or why it was ended; absent when it ended well.'),
  error_code: z
    .string()
    .optional()
    .describe('Code of the refusal that a client would have got; absent when it ended well.'),
  stats: z.object({ execution_time: z.string().describe('Like `12.5ms`.') }),
})

export type RunFunctionWire = Readonly<z.infer<typeof runFunctionWire>>

const dependency = z.object({ name: z.string(), version: z.string() })

/** What functions may `require` beside the built-in modules. */
export const dependenciesWire = z.object({
  dependencies_list: z.array(dependency),
  last_modified: modified,
})

/** How installing them went: what cannot be installed is not deployed. */
export const dependenciesStatusWire = z.object({
  status: z.literal('successful'),
  status_message: z.string(),
})

/** What another `package.json` would change. */
export const dependenciesDiffWire = z.object({
  added: z.array(dependency),
  deleted: z.array(dependency),
  modified: z.array(dependency.extend({ previous_version: z.string() })),
})

export type DependenciesWire = Readonly<z.infer<typeof dependenciesWire>>
export type DependenciesDiffWire = Readonly<z.infer<typeof dependenciesDiffWire>>
