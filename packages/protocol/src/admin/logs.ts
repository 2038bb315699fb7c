import { z } from 'zod'

const when = z.string().optional()

/**
 * Which entries are wanted.
 *
 * @see https://www.mongodb.com/docs/api/doc/atlas-app-services-admin-api-v3/ (logs)
 */
export const listLogsQuery = z.object({
  co_id: z.string().optional().describe('Request id, as in the link of a refusal.'),
  errors_only: z
    .string()
    .optional()
    .describe('Failures only, whatever its value; absent: all entries.'),
  user_id: z.string().optional().describe('Id of a user; ours: or an e-mail address.'),
  type: z.string().optional().describe('One type, or several parted by commas.'),
  start_date: when.describe('RFC 3339; entries later than that.'),
  end_date: when.describe('RFC 3339; entries of then or earlier.'),
  skip: z.string().optional().describe('Newest entries to leave out.'),
  limit: z.string().optional().describe('1 to 100 entries; default 100.'),
})

/** One entry of a log. Times are RFC 3339. */
const logWire = z.object({
  _id: z.string(),
  co_id: z.string().describe('Request id; empty where no request was concerned.'),
  type: z.string(),
  domain_id: z.string(),
  app_id: z.string(),
  group_id: z.string(),
  request_url: z.string(),
  request_method: z.string(),
  started: z.string(),
  completed: z.string(),
  status: z.number().optional(),
  user_id: z.string().optional(),
  remote_ip_address: z.string().optional(),
  error: z.string().optional(),
  error_code: z.string().optional(),
  platform: z.string().optional(),
  platform_version: z.string().optional(),
  sdk_name: z.string().optional(),
  sdk_version: z.string().optional(),
  messages: z.array(z.string()).optional(),
  auth_event: z
    .object({ type: z.string(), provider: z.string().optional(), failed: z.boolean() })
    .optional(),
  event_subscription_name: z.string().optional().describe('Name of the trigger.'),
  function_name: z.string().optional(),
  event: z.string().describe('Ours: what happened, in one word.'),
  name: z.string().optional().describe('Ours: operation of a data source, or subject of a letter.'),
  email: z.string().optional().describe('Ours: the e-mail address that was tried or written to.'),
  is_new_user: z.boolean().optional().describe('Ours: the log-in made its user.'),
  detail: z
    .string()
    .optional()
    .describe(
      "Ours: what the client is not told: why a log-in was refused, where in the app's code an error was thrown.",
    ),
  count: z.number().optional().describe('Ours: how many alike it stands for, if not one.'),
})

export type LogWire = Readonly<z.infer<typeof logWire>>

/** A page, the newest entry first. The next one: `nextEndDate` as `end_date`, `nextSkip` as `skip`. */
export const logsWire = z.object({
  logs: z.array(logWire),
  nextEndDate: z.string().optional(),
  nextSkip: z.number().optional(),
})

export type LogsWire = Readonly<z.infer<typeof logsWire>>

/** Which rows of the audit trail are wanted. */
export const listAuditQuery = z.object({
  app_id: z.string().optional().describe('Id of an app.'),
  operator_id: z.string().optional(),
  operation: z.string().optional().describe('Name of an operation, as in this reference.'),
  co_id: z.string().optional().describe('Request id.'),
  errors_only: z.string().optional().describe('What was refused or failed, whatever its value.'),
  start_date: when.describe('RFC 3339; actions begun later than that.'),
  end_date: when.describe('RFC 3339; actions begun then or earlier.'),
  before: z.string().optional().describe('Id of the last row of the page before.'),
  limit: z.string().optional().describe('1 to 100 rows; default 100.'),
})

/** One row of the audit trail. Times are RFC 3339. Values that were sent are not in it. */
export const auditWire = z.object({
  _id: z.string(),
  co_id: z.string(),
  operator: z
    .object({ _id: z.string(), name: z.string(), kind: z.enum(['key-file', 'admin', 'admin-key']) })
    .optional()
    .describe('Absent for somebody who is not known.'),
  operation: z.string(),
  app_id: z.string().optional(),
  params: z.record(z.string(), z.string()).optional().describe('What was acted on.'),
  query: z.record(z.string(), z.string()).optional(),
  fields: z.array(z.string()).optional().describe('Names of the fields that were sent.'),
  name: z.string().optional().describe('What was sent calls the thing.'),
  made: z.string().optional().describe('Id of what was made.'),
  started: z.string(),
  completed: z.string().optional().describe('Absent when it was cut off.'),
  status: z.number().optional(),
  error: z.string().optional(),
  error_code: z.string().optional(),
  remote_ip_address: z.string().optional(),
  user_agent: z.string().optional(),
  count: z.number().optional().describe('Refused attempts that it stands for, if not one.'),
})

export type AuditWire = Readonly<z.infer<typeof auditWire>>
