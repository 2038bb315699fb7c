import { z } from 'zod'
import { jsonObject, ruleExpression, textOrNothing } from './item.ts'

const named = z.looseObject({ name: z.string().min(1).max(256) })
const objects = z.array(jsonObject).nullish()
const entries = z.record(z.string(), jsonObject).nullish()

const webhook = z.looseObject({ config: named, source: z.string() })

const service = z.looseObject({
  config: named,
  rules: objects,
  incoming_webhooks: z.array(webhook).nullish(),
})

const dataSource = z.looseObject({
  config: named,
  default_rule: jsonObject.nullish(),
  rules: objects,
})

const graphql = z.looseObject({ config: jsonObject.nullish(), custom_resolvers: objects })

const functions = z.union([
  z.looseObject({
    config: z.array(named).nullish(),
    sources: z.record(z.string(), z.string()).nullish(),
  }),
  z.array(z.looseObject({ config: named, source: z.string() })),
])

/** Fields in common of all forms of a whole app. */
const root = {
  name: z.string(),
  location: textOrNothing,
  provider_region: textOrNothing,
  deployment_model: textOrNothing,
  environment: textOrNothing,
}

const secretValues = z.record(z.string(), z.record(z.string(), z.string())).nullish()

/** A whole app as the original's command line sent it, of either layout. */
export const appStructureBody = z.looseObject({
  ...root,
  config_version: z.number().nullish(),
  app_id: textOrNothing,
  environments: entries,
  allowed_request_origins: z.array(z.string()).nullish(),
  security: z.looseObject({ allowed_request_origins: z.array(z.string()).nullish() }).nullish(),
  values: z.array(named).nullish(),
  auth: z.looseObject({ custom_user_data: jsonObject.nullish(), providers: entries }).nullish(),
  auth_providers: z.array(z.looseObject({ type: z.string() })).nullish(),
  custom_user_data_config: jsonObject.nullish(),
  functions: functions.nullish(),
  triggers: z.array(named).nullish(),
  data_sources: z.array(dataSource).nullish(),
  http_endpoints: z.array(service).nullish(),
  endpoints: z.looseObject({ config: objects }).nullish(),
  services: z.array(service).nullish(),
  graphql: graphql.nullish(),
  sync: jsonObject.nullish(),
  hosting: jsonObject.nullish(),
  log_forwarders: z.array(named).nullish(),
  data_api_config: jsonObject.nullish(),
  secrets: z
    .looseObject({ auth_providers: secretValues, services: secretValues })
    .nullish()
    .describe('Values of secrets by auth provider or service and field.'),
})

export const importQuery = z.object({
  strategy: z.enum(['replace-by-name', 'replace', '']).optional(),
  diff: z.string().optional().describe('`true`: says what would change, and stops.'),
})

export const diffsWire = z.array(z.string())

const flatSource = z.looseObject({
  name: z.string().min(1).max(256),
  default_rule: jsonObject.nullish(),
  rules: objects,
})

const environmentOf = z.object({ values: jsonObject })

/** A whole app in one object. */
export const appConfigWire = z.looseObject({
  ...root,
  allowed_request_origins: z.array(z.string()).nullish(),
  auth_providers: z.array(z.looseObject({ type: z.string() })),
  custom_user_data: jsonObject.nullish(),
  data_api_config: jsonObject.nullish(),
  data_sources: z.array(flatSource),
  endpoints: z.array(jsonObject).nullish(),
  environments: z
    .object({
      none: environmentOf,
      development: environmentOf,
      testing: environmentOf,
      qa: environmentOf,
      production: environmentOf,
    })
    .partial()
    .nullish(),
  functions: z
    .array(
      z.looseObject({
        name: z.string(),
        source: z.string(),
        can_evaluate: ruleExpression.nullish(),
      }),
    )
    .nullish(),
  graphql: graphql.nullish(),
  hosting: jsonObject.nullish(),
  https_endpoints: z.array(service).nullish().describe('Of older apps.'),
  log_forwarders: z.array(named).nullish(),
  schemas: z
    .array(
      z.looseObject({
        metadata: z.object({
          data_source: z.string(),
          database: z.string(),
          collection: z.string(),
        }),
        schema: jsonObject,
        relationships: jsonObject.nullish(),
      }),
    )
    .nullish(),
  services: z.array(service).nullish().describe('Of older apps.'),
  sync: jsonObject.nullish(),
  triggers: z.array(named).nullish(),
  values: z.array(named).nullish(),
})

export const exportQuery = z.object({
  version: z.string().optional().describe('Layout; only 20210101 is written.'),
  source_control: z.string().optional(),
  template: z.string().optional().describe('`true`: without `app_id`.'),
  deployment: z.string().optional().describe('Id of an earlier deployment.'),
})

const enabled = z.object({ name: z.string(), type: z.string(), enabled: z.boolean() })

/** What an app has, in short. */
export const appDescriptionWire = z.object({
  client_app_id: z.string(),
  name: z.string(),
  realm_url: z.string(),
  data_sources: z.array(z.object({ name: z.string(), type: z.string(), data_source: z.string() })),
  http_endpoints: z.array(
    z.object({
      name: z.string(),
      webhooks: z.array(z.object({ name: z.string(), url: z.string() })),
    }),
  ),
  services: z.array(z.object({ name: z.string(), type: z.string(), webhooks: z.array(z.never()) })),
  auth_providers: z.array(enabled),
  custom_user_data: z.object({
    enabled: z.boolean(),
    data_source: z.string(),
    database: z.string(),
    collection: z.string(),
    user_id_field: z.string(),
  }),
  values: z.array(z.string()),
  hosting: z.object({ enabled: z.boolean(), status: z.string(), url: z.string() }),
  functions: z.array(z.object({ name: z.string(), path: z.string() })),
  sync: z.object({
    state: z.string(),
    data_source: z.string(),
    database: z.string(),
    development_mode_enabled: z.boolean(),
  }),
  graphql: z.object({ url: z.string(), custom_resolvers: z.array(z.string()) }),
  environment: z.string(),
  event_subscription: z.array(enabled),
  log_forwarder: z.array(z.object({ name: z.string(), enabled: z.boolean() })),
})

export type AppStructureBody = Readonly<z.infer<typeof appStructureBody>>
export type AppConfigWire = Readonly<z.infer<typeof appConfigWire>>
export type AppDescriptionWire = Readonly<z.infer<typeof appDescriptionWire>>
