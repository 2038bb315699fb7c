import { z } from 'zod'
import { itemId, jsonObject } from './item.ts'

const rules = { roles: z.array(z.unknown()).nullish(), filters: z.array(z.unknown()).nullish() }

/** Rules of a collection of a data source. */
const collectionRuleBody = z.object({
  database: z.string(),
  collection: z.string(),
  ...rules,
  schema: jsonObject.nullish(),
  relationships: jsonObject.nullish(),
})

/** A rule of a service of another kind, which is kept. */
const serviceRuleBody = z.object({
  name: z.string(),
  actions: z.array(z.string()).nullish(),
  when: z.unknown().optional(),
})

/** Rules of a collection have `database` and `collection`, others a `name`: of which kind they are the service says. */
export const ruleBody = z.object({
  ...collectionRuleBody.partial().shape,
  ...serviceRuleBody.partial().shape,
})

export const listedRuleWire = z.union([
  z.object({ _id: itemId, database: z.string(), collection: z.string() }),
  z.object({ _id: itemId, name: z.string() }),
])

export const ruleWire = z.union([
  collectionRuleBody.extend({ _id: itemId }),
  serviceRuleBody.extend({ _id: itemId }),
])

/** Rules of the collections of a data source that have none of their own. */
export const defaultRuleBody = z.object(rules)

export const defaultRuleChangeBody = z.object({ _id: z.string().nullish(), ...rules })

export const defaultRuleWire = z.object({
  _id: itemId,
  roles: z.array(z.unknown()),
  filters: z.array(z.unknown()),
})

export type CollectionRuleBody = Readonly<z.infer<typeof collectionRuleBody>>
export type ServiceRuleBody = Readonly<z.infer<typeof serviceRuleBody>>
export type RuleBody = Readonly<z.infer<typeof ruleBody>>
export type ListedRuleWire = Readonly<z.infer<typeof listedRuleWire>>
export type RuleWire = Readonly<z.infer<typeof ruleWire>>
export type DefaultRuleBody = Readonly<z.infer<typeof defaultRuleBody>>
export type DefaultRuleWire = Readonly<z.infer<typeof defaultRuleWire>>
